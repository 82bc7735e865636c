// npm run test:package [-- WORDS…]: runs the tests in test/package, all but the long ones; WORDS select files by their names,
// long ones too. Without WORDS the rehearsals, which leave a processor idle, have the others beside them, but not each other.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startVitest } from 'vitest/node';
import { runSideBySide } from '../support/side-by-side.mjs';

const words = process.argv.slice(2);
const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));

if (words.length > 0) await runNamed(names.filter((name) => words.some((word) => name.includes(word))));
else {
  const usual = names.filter((name) => !name.endsWith('.long.test.ts'));
  const runThese = (files) => [process.execPath, import.meta.filename, ...files];
  process.exitCode = await runSideBySide({
    rehearsals: runThese(usual.filter((name) => name.startsWith('rehearse'))),
    others: runThese(usual.filter((name) => !name.startsWith('rehearse'))),
  });
}

async function runNamed(files) {
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
}
