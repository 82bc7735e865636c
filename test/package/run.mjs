// npm run test:package [-- WORDS…]: runs the tests in test/package, all but the long ones; WORDS select files by their names,
// long ones too. Without WORDS the rehearsals, which leave a processor idle, have the others beside them; else it is one file
// after the other.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startVitest } from 'vitest/node';
import { runSideBySide } from '../support/side-by-side.mjs';

const words = process.argv.slice(2);
const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));

if (words.length > 0) await runNamed(names.filter((name) => words.some((word) => name.includes(word))));
else {
  const usual = names.filter((name) => !name.endsWith('.long.test.ts'));
  const isRehearsal = (name) => name.startsWith('rehearse');
  const groups = { rehearsals: usual.filter(isRehearsal), others: usual.filter((name) => !isRehearsal(name)) };
  const some = Object.entries(groups).filter(([, files]) => files.length > 0);
  const commands = some.map(([group, files]) => [group, [process.execPath, import.meta.filename, ...files]]);
  process.exitCode = await runSideBySide(Object.fromEntries(commands));
}

async function runNamed(files) {
  if (files.length === 0) {
    process.stderr.write(`no file in test/package has ${words.join(' or ')} in its name\n`);
    process.exit(1);
  }
  // The configuration in the top folder would leave the long ones out.
  const settings = {
    run: true,
    config: false,
    setupFiles: [join(import.meta.dirname, '../support/environment.ts')],
    testTimeout: 60_000,
    fileParallelism: false,
  };
  await startVitest(
    'test',
    files.map((name) => join(import.meta.dirname, name)),
    settings,
  );
}
