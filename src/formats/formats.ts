import type { Imported } from './imported.ts';
import { readIpvsadm } from './ipvsadm/read.ts';
import { type KeepalivedOptions, readKeepalived } from './keepalived/read.ts';
import { readLdirectord } from './ldirectord/read.ts';
import { readPiranha } from './piranha/read.ts';

/** Every format that a file can be in. */
export const fileFormats = ['ipvsadm', 'piranha', 'keepalived', 'ldirectord'] as const;
export type FileFormat = (typeof fileFormats)[number];

/** What readers need beside the text. */
export type ReadOptions = KeepalivedOptions;

type Reader = (text: string, file: string, options: ReadOptions) => Imported;

/** Each throws LvsError invalid-input, with the line, where the text is not in its format. */
export const readers: Readonly<Record<FileFormat, Reader>> = {
  ipvsadm: (text, file, { fallback }) => readIpvsadm(text, file, fallback),
  piranha: (text, file, { fallback }) => readPiranha(text, file, fallback),
  keepalived: readKeepalived,
  ldirectord: (text, file, { fallback }) => readLdirectord(text, file, fallback),
};
