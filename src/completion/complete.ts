import { configPath, readConfigText } from '../command-line/config-file.ts';
import type { Manifest } from '../command-line/manifest.ts';
import { visibleLine } from '../model/visible.ts';
import { candidatesFor } from './candidates.ts';
import { namesIn } from './names.ts';

const nothing = namesIn(null);

/**
 * What a shell reads as it stands: bash puts a word on the command line without quotes, and the file may be that of the directory
 * in which the Tab key is pressed.
 */
const harmlessWord = /^[\w/[-][\w.:/@%+=,[\]-]*$/;

/**
 * What completion scripts ask for, a line each: what may stand in the place of the last word, a tab, what that is; or `:files`
 * alone where a path goes there. It never fails: where there is nothing to say it is empty.
 */
export async function complete(words: readonly string[], manifest: Manifest): Promise<string> {
  // Whoever waits behind the Tab key does not wait for a file that nothing is needed of.
  let isAsked = false;
  let found = candidatesFor(words, manifest, () => {
    isAsked = true;
    return nothing;
  });
  if (isAsked) {
    const names = namesIn(await configValue(givenConfig(words)).catch(() => null));
    found = candidatesFor(words, manifest, () => names);
  }
  if (found === 'files') return ':files\n';
  return found
    .filter(({ word }) => harmlessWord.test(word))
    .map(({ word, description }) => `${word}\t${visibleLine(description)}\n`)
    .join('');
}

async function configValue(given: string | undefined): Promise<unknown> {
  const { text } = readConfigText(configPath(given));
  // Each takes a moment to load; most command lines do without, and most files without the second.
  const { plainValue } = await import('../config/plain-value.ts');
  const plain = plainValue(text);
  if (plain !== undefined) return plain;
  const { readSource } = await import('../config/source.ts');
  return readSource(text).value;
}

function givenConfig(words: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    if (word === '-c' || word === '--config') return words[index + 1];
    if (word.startsWith('--config=')) return word.slice('--config='.length);
  }
  return undefined;
}
