import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Names, namesIn } from './names.ts';

/** The names in a file. Throws what the system or the parser says. */
export function readNames(file: string): Names {
  return namesIn(parse(readFileSync(file, 'utf8'), { logLevel: 'silent' }));
}
