import type { Imported } from './imported.ts';
import { readIpvsadm } from './ipvsadm/read.ts';
import { readLdirectord } from './ldirectord/read.ts';
import { readPiranha } from './piranha/read.ts';
import type { Fallback } from './placing.ts';

export const readers = {
  ipvsadm: (text: string, file: string, { fallback }: { fallback: Fallback }): Imported =>
    readIpvsadm(text, file, fallback),
  piranha: (text: string, file: string, { fallback }: { fallback: Fallback }): Imported =>
    readPiranha(text, file, fallback),
  ldirectord: (text: string, file: string, { fallback }: { fallback: Fallback }): Imported =>
    readLdirectord(text, file, fallback),
};
