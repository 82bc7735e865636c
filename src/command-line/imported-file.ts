import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { globSync } from 'tinyglobby';
import type { FileFormat } from '../formats/formats.ts';
import type { Included } from '../formats/keepalived/lines.ts';
import { LvsError } from '../model/errors.ts';
import { readStandardInput, standardInput } from './standard-input.ts';
import { whyUnreadable } from './unreadable.ts';

/** Where each program has its configuration. */
const usualPlaces: Readonly<Record<FileFormat, string>> = {
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

/** Reads the file, or standard input where none is named or `-` is. Throws `invalid-input`, `not-found`. */
export function readImportedFile(named: string | undefined, format: FileFormat): ImportedFile {
  if (named === undefined && process.stdin.isTTY === true) {
    throw new LvsError('invalid-input', `import ${format}: FILE is missing`, {
      hint: `name the file, such as ${usualPlaces[format]}, or pipe it in`,
    });
  }
  if (named === undefined || named === '-') return { file: standardInput, text: readStandardInput() };
  try {
    return { file: named, text: readFileSync(named, 'utf8') };
  } catch (error) {
    throw new LvsError('not-found', `${named} cannot be read: ${whyUnreadable(error)}`);
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
