import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { type Names, noNames } from './names.ts';

const places = ['lvs.yaml', '/etc/lvs/lvs.yaml'];

/**
 * The names in the configuration that a command would use; none where there is none that can be read. A file of thousands of
 * lines takes too long to read at every key: what was found in it is kept in the user's cache.
 * @param given with `--config`; null: it is looked for
 */
export async function knownNames(given: string | null): Promise<Names> {
  const file = given ?? (process.env.LVS_CONFIG || places.find((place) => existsSync(place)));
  if (file === undefined || file === '-') return noNames;
  try {
    const { ino, size, mtimeMs } = statSync(file);
    const path = resolve(file);
    const stamp = [path, ino, size, mtimeMs].join(' ');
    const cache = join(cacheFolder(), `names-${createHash('sha256').update(path).digest('hex').slice(0, 16)}.json`);
    const known = cached(cache, stamp);
    if (known !== null) return known;
    // What reads YAML takes long to load.
    const { readNames } = await import('./read-names.ts');
    return keep(cache, stamp, readNames(file));
  } catch {
    // Nobody is told while they type.
    return noNames;
  }
}

/** Under sudo $HOME may be another user's. */
function cacheFolder(): string {
  return join(process.geteuid?.() === 0 ? userInfo().homedir : homedir(), '.cache', 'lvs');
}

function cached(file: string, stamp: string): Names | null {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8'));
    return kept.stamp === stamp ? kept.names : null;
  } catch {
    return null;
  }
}

function keep(file: string, stamp: string, names: Names): Names {
  try {
    mkdirSync(cacheFolder(), { recursive: true, mode: 0o700 });
    const beside = `${file}.${process.pid}`;
    writeFileSync(beside, JSON.stringify({ stamp, names }), { mode: 0o600 });
    renameSync(beside, file);
  } catch {
    // Then it is read again the next time.
  }
  return names;
}
