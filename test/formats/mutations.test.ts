import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileFormat } from '../../src/formats/formats.ts';
import { LvsError } from '../../src/model/errors.ts';
import { effort } from '../support/effort.ts';
import { mutated, shuffled } from '../support/mutations.ts';
import { file, read } from './support/read.ts';

const fixtures = new URL('./fixtures/', import.meta.url);

function fixture(name: string): string {
  return readFileSync(new URL(name, fixtures), 'utf8');
}

const samples: Readonly<Record<FileFormat, readonly string[]>> = {
  piranha: [fixture('lvs.cf')],
  ldirectord: [fixture('ldirectord.cf')],
  ipvsadm: [fixture('ipvsadm.rules')],
  keepalived: [fixture('keepalived.conf'), ...samplesOfKeepalived()],
};

/** Those that come with it, where it is installed. */
function samplesOfKeepalived(): string[] {
  const folder = '/usr/share/doc/keepalived/samples/';
  try {
    const names = readdirSync(folder).filter((name) => name.startsWith('keepalived.conf'));
    return names.map((name) => readFileSync(folder + name, 'utf8'));
  } catch {
    return [];
  }
}

/** Any text is imported as something that lvs.yaml takes, or has a mistake with a line; nothing else comes of it, and soon. */
function readsOrTells(format: FileFormat, text: string): void {
  expect(effort(() => readsOrThrows(format, text))).toBeLessThan(3000);
}

function readsOrThrows(format: FileFormat, text: string): void {
  try {
    read(format, text);
  } catch (error) {
    if (!(error instanceof LvsError)) throw error;
    expect(error.code).toBe('invalid-input');
    const lines = text.split('\n').length;
    expect(error.details.length).toBeGreaterThan(0);
    for (const detail of error.details) {
      expect(detail.file).toBe(file);
      expect(detail.line).toBeGreaterThanOrEqual(1);
      expect(detail.line).toBeLessThanOrEqual(lines);
      expect(detail.message).not.toBe('');
    }
  }
}

const snippets = ['$A', '$A=$A x\n', '~SEQ(A, 1, 3) ', '@lvs1 ', '@^lvs1 ', 'include x\n'];

describe.each(Object.keys(samples) as FileFormat[])('%s', (format) => {
  test('the examples are read as they are', () => {
    for (const sample of samples[format]) expect(() => read(format, sample)).not.toThrow();
  });

  test('with anything cut out or put in it is read or explained', () => {
    fc.assert(
      fc.property(mutated(samples[format], snippets), (text) => readsOrTells(format, text)),
      { numRuns: 400 },
    );
  });

  test('with lines in another order or several times it is read or explained', () => {
    fc.assert(
      fc.property(shuffled(samples[format][0] ?? ''), (text) => readsOrTells(format, text)),
      { numRuns: 200 },
    );
  });

  test('any text is read or explained', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => readsOrTells(format, text)),
      { numRuns: 200 },
    );
  });

  test.each([
    ['a long line', 'a'.repeat(1_000_000)],
    ['many lines', 'a\n'.repeat(100_000)],
    ['many braces', 'a {\n'.repeat(50_000)],
    ['many quotes', '"'.repeat(100_001)],
    ['many blanks', ' '.repeat(500_000)],
    ['many blanks before a word', `x${' '.repeat(200_000)}y`],
    ['many dollars', '$A '.repeat(100_000)],
    ['many commas', ','.repeat(100_000)],
    ['many quotes of a real server', `virtual=1.2.3.4:80\n\treal=1.2.3.4:80 gate 1 ${'" '.repeat(8000)}x`],
    ['many blanks in a real server', `virtual=1.2.3.4:80\n\treal=1.2.3.4:80 gate${' '.repeat(16_000)}x`],
    ['many blanks in a block', `virtual ${' '.repeat(16_000)}x`],
    ['many quotes in a command', `virtual_server 1.2.3.4 80 {\nmisc_path ${"' ".repeat(8000)}\n}`],
  ])('%s is read or explained soon', (_, text) => readsOrTells(format, text));
});

/** Definitions each of which is twice the one before. */
function doubling(count: number): string {
  const use = (number: number) => ['$', `{A${number}}`].join('');
  const definitions = Array.from({ length: count }, (_, n) => `$A${n + 1}=${use(n)}${use(n)}`);
  return [...definitions, '$A0=x', use(count), ''].join('\n');
}

test.each<[string, FileFormat, string]>([
  [
    'none of which lvs.yaml takes',
    'ipvsadm',
    '-A -t 1.2.3.4:NUMBER -s unknown\n-a -t 1.2.3.4:NUMBER -r 10.0.0.1:80 -m\n',
  ],
  [
    'without real servers that lvs.yaml takes',
    'ipvsadm',
    '-A -t 1.2.3.4:NUMBER\n-a -t 1.2.3.4:NUMBER -r 224.0.0.1:80 -m\n',
  ],
  ['all with one address', 'ldirectord', 'virtual=1.2.3.4:80\n\treal=10.0.0.1:80 gate\n# NUMBER\n'],
  [
    'of keepalived',
    'keepalived',
    'virtual_server 1.2.3.4 NUMBER {\nprotocol TCP\nreal_server 10.0.0.1 80 {\nTCP_CHECK {\n}\n}\n}\n',
  ],
])('3000 virtual servers %s are imported soon', (_, format, each) => {
  const text = Array.from({ length: 3000 }, (_, number) => each.replaceAll('NUMBER', String(number + 1))).join('');
  expect(effort(() => expect(read(format, text).warnings.length).toBeGreaterThan(0))).toBeLessThan(10_000);
});

describe('keepalived.conf that grows by itself', () => {
  test.each([
    ['a definition of itself', '$A=$A $A\n$A\n'],
    ['definitions of each other', '$A=$B $B\n$B=$A $A\n$A\n'],
    ['a definition of several lines that holds itself', '$A= \\\n x \\\n $A\n$A\n'],
    ['sequences within sequences', '~SEQ(A, 1, 9999) ~SEQ(B, 1, 9999) ~SEQ(C, 1, 9999) x $A\n'],
    ['an endless sequence', '~SEQ(A, 1, 0, 5) x\n'],
    ['doubling definitions', doubling(40)],
  ])('%s ends with a message', (_, text) => {
    readsOrTells('keepalived', text);
    expect(() => read('keepalived', text)).toThrow(LvsError);
  });

  test('a file that includes itself ends with a message', () => {
    const text = 'include again\ninclude again\n';
    const include = () => [{ file: 'again', text }];
    expect(() => read('keepalived', text, { include })).toThrow(LvsError);
  });
});
