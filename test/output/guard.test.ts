import { PassThrough } from 'node:stream';
import stringWidth from 'string-width';
import { beforeEach, expect, test, vi } from 'vitest';

/** As the program has it once it has begun: another random mark each time. */
let guarded: typeof import('../../src/output/guard.ts');
let paints: typeof import('../../src/output/paint.ts');
let tables: typeof import('../../src/output/table.ts');
let stream: PassThrough & NodeJS.WriteStream;

beforeEach(async () => {
  vi.resetModules();
  guarded = await import('../../src/output/guard.ts');
  paints = await import('../../src/output/paint.ts');
  tables = await import('../../src/output/table.ts');
  stream = new PassThrough() as unknown as typeof stream;
  guarded.guard(stream);
});

const written = (text: string | Uint8Array) => {
  stream.write(text);
  return String(stream.read());
};
const paint = () => {
  vi.stubEnv('NO_COLOR', '');
  return paints.paintFor({ isTTY: true }, true);
};

test.each([
  ['\u001b[31m', String.raw`\u001b[31m`],
  ['\r', String.raw`\u000d`],
  ['\u009b2J\u007f', String.raw`\u009b2J\u007f`],
  ['\u202eabc\u2066', String.raw`\u202eabc\u2066`],
  ['plain\ttext\nof two lines, ümlaut 日本 …', 'plain\ttext\nof two lines, ümlaut 日本 …'],
])('%j is written as %s, also as bytes', (text, expected) => {
  expect(written(text)).toBe(expected);
  expect(written(Buffer.from(text))).toBe(expected);
});

test('the own colours and sequences are written as they are, also around each other', () => {
  const { bad, strong } = paint();
  expect(written(`${guarded.own('\r\u001b[K')}${bad('x')}`)).toBe('\r\u001b[K\u001b[31mx\u001b[39m');
  expect(written(bad(`a ${strong('b')} c`))).toBe('\u001b[31ma \u001b[1mb\u001b[22m c\u001b[39m');
});

test('a colour that others put into a text is none', () => {
  expect(written(paint().bad('\u001b[32mgood\u001b[39m'))).toBe(
    `${String.raw`[31m\u001b[32mgood\u001b[39m`.replace('[31m', '\u001b[31m')}\u001b[39m`,
  );
});

test('what is written for one program does not pass in the next', async () => {
  const remembered = paint().bad('x');
  vi.resetModules();
  const next = await import('../../src/output/guard.ts');
  const other = new PassThrough() as unknown as typeof stream;
  next.guard(other);
  other.write(remembered);
  expect(String(other.read())).not.toContain('\u001b');
});

test('JSON stays JSON', () => {
  const document = { text: '\u001b\u009b\u202e\u007f"\\\n' };
  expect(JSON.parse(written(JSON.stringify(document)))).toEqual(document);
});

test('marks have no width: tables are as without', () => {
  const { bad } = paint();
  expect(stringWidth(bad('abc'))).toBe(3);
  const table = written(
    `${tables.columns(
      ['a', 'b'],
      [
        [bad('long'), 'x'],
        ['y', 'z'],
      ],
    )}\n`,
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the program's own colours.
  expect(table.replaceAll(/\u001b\[\d+m/g, '')).toBe('  a     b\n  long  x\n  y     z\n');
});

test('who knows the terminal itself writes past it', () => {
  const raw = guarded.unguarded(stream);
  raw.write('\u001b[1G');
  expect(String(stream.read())).toBe('\u001b[1G');
});
