// npm run test:package [-- WORDS…]: runs the tests in test/package, all but the long ones; WORDS select files by their names,
// long ones too.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startVitest } from 'vitest/node';

const words = process.argv.slice(2);
const isWanted = (name) =>
  words.length === 0 ? !name.endsWith('.long.test.ts') : words.some((word) => name.includes(word));
const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts') && isWanted(name));
if (files.length === 0) {
  process.stderr.write(`no file in test/package has ${words.join(' or ')} in its name\n`);
  process.exit(1);
}
// The configuration in the top folder would leave the long ones out.
const settings = { run: true, config: false, testTimeout: 20_000 };
await startVitest(
  'test',
  files.map((name) => join(import.meta.dirname, name)),
  settings,
);
