import { closeSync, existsSync, fstatSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { programsIn } from '../config/programs.ts';
import { type Exposure, exposureOf, exposureOfNew } from '../converge/who-can-write.ts';
import { LvsError } from '../model/errors.ts';
import { whyUnreadable } from './unreadable.ts';

/** In this order, after `--config` and $LVS_CONFIG. */
const places = ['lvs.yaml', '/etc/lvs/lvs.yaml'] as const;

const elsewhere = 'name another one with --config FILE or $LVS_CONFIG';

/** Bytes of a configuration; a hundred times what a large cluster needs. */
const mostBytes = 64 * 1024 * 1024;

/**
 * The configuration file that a command works on: as given, as in $LVS_CONFIG, ./lvs.yaml, /etc/lvs/lvs.yaml. One that is only
 * found is a regular file: anything else could be there to make those wait who come by.
 */
export function configPath(given: string | undefined): string {
  const named = namedConfig(given);
  if (named !== undefined) return named;
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) {
    if (!statSync(found).isFile()) throw new LvsError('refused', `${found} is not a regular file`, { hint: elsewhere });
    return found;
  }
  throw new LvsError('not-found', `there is no configuration: neither ${places.join(' nor ')}`, {
    hint: 'name one with --config FILE or $LVS_CONFIG, or write one with "lvs init"',
  });
}

/** Where a new configuration goes. Throws `refused` if there is one already, or if it would not be safe there. */
export function configToWrite(given: string | undefined): string {
  const file = namedConfig(given) ?? places[0];
  requireSafeToWrite(file);
  if (!existsSync(file)) return file;
  throw new LvsError('refused', `${file} is there already: nothing was written`, {
    hint: 'name another file with --config, or look at what would be written with --dry-run',
  });
}

/** As root: throws `refused` if other users could put another file in the place of a new one, which root would not read then. */
export function requireSafeToWrite(file: string): void {
  if (process.getuid?.() !== 0) return;
  const exposure = newExposure(file);
  if (exposure === null) return;
  throw new LvsError('refused', `${file} is not written by root: ${exposure.place}: ${exposure.why}`, {
    hint: 'name a file in a directory that only root can write, such as /etc/lvs',
  });
}

/** Null, too, if it cannot be written there at all: writing it tells why. */
function newExposure(file: string): Exposure | null {
  try {
    return exposureOfNew(file, new Set([0, caller()]));
  } catch {
    return null;
  }
}

/** Whether one is named, or stands where it is looked for. */
export function isConfigGiven(given: string | undefined): boolean {
  return namedConfig(given) !== undefined || places.some((place) => existsSync(place));
}

function namedConfig(given: string | undefined): string | undefined {
  return given ?? (process.env.LVS_CONFIG || undefined);
}

/** A configuration as it was read. */
export interface ConfigText {
  readonly text: string;
  /** Whether only root can write it; as root. */
  readonly isRoots: boolean;
}

/**
 * The text of a configuration, looked at and read through one descriptor, so that nobody can put another file in between.
 * Throws `not-found` where it cannot be read, `refused` where it is not safe.
 */
export function readConfigText(file: string): ConfigText {
  const descriptor = openConfig(file);
  try {
    const isRoots = requireSafe(file, fstatSync(descriptor));
    return { text: readFileSync(descriptor, 'utf8'), isRoots };
  } catch (error) {
    throw error instanceof LvsError ? error : unreadable(file, error);
  } finally {
    closeSync(descriptor);
  }
}

/** Throws `refused` where it names programs that root would run, and an ordinary user can write it. */
export function requireRootsPrograms(file: string, { isRoots }: ConfigText, value: unknown): void {
  if (process.getuid?.() !== 0 || isRoots) return;
  const [first, ...others] = programsIn(value);
  if (first === undefined) return;
  const where = others.length === 0 ? first : `${first} and ${others.length} more`;
  throw new LvsError('refused', `${file} names programs (${where}), and an ordinary user can write it`, {
    hint: `chown root ${file} # after a look through it, where only root can write: in /etc/lvs`,
  });
}

/** What other users could have put there is not even opened: a FIFO would not end. */
function openConfig(file: string): number {
  try {
    const stats = statSync(file);
    requireSafe(file, stats);
    if (stats.isCharacterDevice() || stats.isBlockDevice()) throw new LvsError('refused', `${file} is a device`);
    if (stats.size > mostBytes) throw new LvsError('refused', `${file} has more than ${mostBytes} bytes`);
    return openSync(file, 'r');
  } catch (error) {
    throw error instanceof LvsError ? error : unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): LvsError {
  const { code } = error as NodeJS.ErrnoException;
  return new LvsError('not-found', `${file} cannot be read: ${whyUnreadable(error)}`, {
    hint: code === 'ENOENT' ? `write a starting file with "lvs init --config ${file}"` : 'see who may read it',
  });
}

/**
 * Whoever can write the file can have commands run as root. The user who called sudo(8) may have written it, as long as it
 * names no programs.
 * @returns whether it is root's alone
 */
function requireSafe(file: string, stats: Stats): boolean {
  if (process.getuid?.() !== 0) return false;
  if (exposureOf(file, stats, new Set([0])) === null) return true;
  const exposure = exposureOf(file, stats, new Set([0, caller()]));
  if (exposure !== null) throw exposed(file, exposure);
  return false;
}

/** The user who called sudo(8), else root. */
function caller(): number {
  return Number(process.env.SUDO_UID || 0);
}

function exposed(file: string, { place, why }: Exposure): LvsError {
  const what = place === file ? why : `${place}: ${why}`;
  return new LvsError('refused', `${file} is not used by root: ${what}`, {
    hint: `chown root ${place} && chmod go-w ${place} # after a look through it; or keep it in /etc/lvs`,
  });
}
