import { closeSync, existsSync, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { LvsError } from '../model/errors.ts';
import { whyUnreadable } from './unreadable.ts';

/** In this order, after `--config` and $LVS_CONFIG. */
const places = ['lvs.yaml', '/etc/lvs/lvs.yaml'] as const;

/** The configuration file that a command works on: as given, as in $LVS_CONFIG, ./lvs.yaml, /etc/lvs/lvs.yaml. */
export function configPath(given: string | undefined): string {
  const named = namedConfig(given);
  if (named !== undefined) return named;
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new LvsError('not-found', `there is no configuration: neither ${places.join(' nor ')}`, {
    hint: 'name one with --config FILE or $LVS_CONFIG, or write one with "lvs init"',
  });
}

/** Where a new configuration goes. Throws `refused` where there is one already. */
export function configToWrite(given: string | undefined): string {
  const file = namedConfig(given) ?? places[0];
  if (!existsSync(file)) return file;
  throw new LvsError('refused', `${file} is there already: nothing was written`, {
    hint: 'name another file with --config, or look at what would be written with --dry-run',
  });
}

/** Whether one is named, or stands where it is looked for. */
export function isConfigGiven(given: string | undefined): boolean {
  return namedConfig(given) !== undefined || places.some((place) => existsSync(place));
}

function namedConfig(given: string | undefined): string | undefined {
  return given ?? (process.env.LVS_CONFIG || undefined);
}

/**
 * The text of a configuration, looked at and read through one descriptor, so that nobody can put another file in between.
 * Throws `not-found` where it cannot be read, `refused` where it is not safe.
 */
export function readConfigText(file: string): string {
  const descriptor = openConfig(file);
  try {
    requireSafe(file, fstatSync(descriptor));
    return readFileSync(descriptor, 'utf8');
  } catch (error) {
    throw error instanceof LvsError ? error : unreadable(file, error);
  } finally {
    closeSync(descriptor);
  }
}

function openConfig(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): LvsError {
  const { code } = error as NodeJS.ErrnoException;
  return new LvsError('not-found', `${file} cannot be read: ${whyUnreadable(error)}`, {
    hint: code === 'ENOENT' ? `write a starting file with "lvs init --config ${file}"` : 'see who may read it',
  });
}

/** Whoever can write the file can have commands run as root. */
function requireSafe(file: string, { mode, uid }: Stats): void {
  if (process.getuid?.() !== 0) return;
  const trusted = uid === 0 || String(uid) === process.env.SUDO_UID;
  if ((mode & 0o022) === 0 && trusted) return;
  const why = trusted ? 'others can write it' : `it belongs to user ${uid}`;
  throw new LvsError('refused', `${file} is not used by root: ${why}`, {
    hint: `look through it, then "chown root ${file}" and "chmod go-w ${file}"`,
  });
}
