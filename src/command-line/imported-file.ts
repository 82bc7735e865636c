import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { globSync } from 'tinyglobby';
import type { FileFormat } from '../formats/formats.ts';
import type { Included } from '../formats/keepalived/lines.ts';
import { LvsError } from '../model/errors.ts';
import { readStandardInput, standardInput } from './standard-input.ts';
import { whyUnreadable } from './unreadable.ts';

/** Where each program has its configuration on Debian. */
export const usualPlaces: Readonly<Record<FileFormat, string>> = {
  ipvsadm: '/etc/ipvsadm.rules',
  piranha: '/etc/sysconfig/ha/lvs.cf',
  keepalived: '/etc/keepalived/keepalived.conf',
  ldirectord: '/etc/ha.d/ldirectord.cf',
};

export interface ImportedFile {
  /** As messages name it. */
  readonly file: string;
  readonly text: string;
}

/**
 * Reads the file, by default the one that the other program has; `-` is standard input, which is never read for a missing word.
 * Throws `not-found`.
 */
export function readImportedFile(named: string | undefined, format: FileFormat): ImportedFile {
  if (named === '-') return { file: standardInput, text: readStandardInput() };
  const file = named ?? usualPlaces[format];
  try {
    return { file, text: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new LvsError('not-found', `${file} cannot be read: ${whyUnreadable(error)}`, {
      ...(named === undefined && { hint: 'name the file as the last word; "-" is standard input' }),
    });
  }
}

/**
 * The files that an include stands for, beside the file in which it is written; null: there is none, or one cannot be read.
 * Relative ones of standard input are looked for where the command runs.
 */
export function readIncluded(pattern: string, from: string): readonly Included[] | null {
  const folder = from === standardInput ? process.cwd() : dirname(resolve(from));
  try {
    const files = globSync(pattern, { cwd: folder, absolute: true, expandDirectories: false, dot: true }).sort();
    if (files.length === 0) return null;
    return files.map((file) => ({ file, text: readFileSync(file, 'utf8') }));
  } catch {
    return null;
  }
}
