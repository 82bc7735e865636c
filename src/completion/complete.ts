import { configPath, readConfigText } from '../command-line/config-file.ts';
import type { Manifest } from '../command-line/manifest.ts';
import { plainValue } from '../config/plain-value.ts';
import { candidatesFor } from './candidates.ts';
import { type Names, namesIn } from './names.ts';

/**
 * What completion scripts ask for, a line each: what may stand in the place of the last word, a tab, what that is; or `:files`
 * alone where a path goes there. It never fails: where there is nothing to say it is empty.
 */
export async function complete(words: readonly string[], manifest: Manifest): Promise<string> {
  let names: Names | null = null;
  const value = await configValue(givenConfig(words)).catch(() => null);
  const found = candidatesFor(words, manifest, () => {
    names ??= namesIn(value);
    return names;
  });
  if (found === 'files') return ':files\n';
  return found.map(({ word, description }) => `${word}\t${description}\n`).join('');
}

async function configValue(given: string | undefined): Promise<unknown> {
  const text = readConfigText(configPath(given));
  const plain = plainValue(text);
  if (plain !== undefined) return plain;
  // It takes a moment to load, and most files do without.
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
