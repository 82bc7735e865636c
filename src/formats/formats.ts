import type { Cluster, Router } from '../model/cluster.ts';
import type { Exported } from './exported.ts';
import type { Imported } from './imported.ts';
import { readIpvsadm } from './ipvsadm/read.ts';
import { writeIpvsadm } from './ipvsadm/write.ts';
import { type KeepalivedOptions, readKeepalived } from './keepalived/read.ts';
import { writeKeepalived } from './keepalived/write.ts';
import { readLdirectord } from './ldirectord/read.ts';
import { writeLdirectord } from './ldirectord/write.ts';
import { readPiranha } from './piranha/read.ts';
import { writeCommands } from './script/write.ts';

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

/** What a cluster can be written as; the unit of `lvs monitor` is none of these, for no cluster is in it (see src/monitor/unit.ts). */
export const writtenFormats = ['ipvsadm', 'keepalived', 'ldirectord', 'commands'] as const;
export type WrittenFormat = (typeof writtenFormats)[number];

/** For one router, with its names for devices; null is this machine alone. */
type Writer = (cluster: Cluster, router: Router | null) => Exported;

export const writers: Readonly<Record<WrittenFormat, Writer>> = {
  ipvsadm: writeIpvsadm,
  keepalived: writeKeepalived,
  ldirectord: writeLdirectord,
  commands: writeCommands,
};
