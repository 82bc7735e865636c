import type { Manifest } from '../command-line/manifest.ts';
import { complete, configAmong } from './complete.ts';
import { knownNames } from './known-names.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they would end a line of the answer
const controls = /[\u0000-\u001f\u007f]+/g;

/**
 * Answers a shell: a line for each word that the last one can become, with a tab and what it is; `:files` alone where the shell
 * is to complete the names of files.
 */
export async function answerShell(words: readonly string[], manifest: Manifest): Promise<void> {
  const values = complete(words, manifest, await knownNames(configAmong(words.slice(0, -1))));
  if (values === 'files') process.stdout.write(':files\n');
  else {
    const lines = values.map(
      ({ word, description }) => `${word.replaceAll(controls, '')}\t${description.replaceAll(controls, ' ')}\n`,
    );
    process.stdout.write(lines.join(''));
  }
}
