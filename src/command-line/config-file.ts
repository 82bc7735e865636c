import { closeSync, existsSync, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { programsIn } from '../config/programs.ts';
import { type Exposure, exposureOf } from '../converge/who-can-write.ts';
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

/** A configuration as it was read. */
export interface ConfigText {
  readonly text: string;
  /** Whether nobody but root can write it; as root. */
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

/**
 * Whoever can write the file can have commands run as root. The user who called sudo(8) may have written it, as long as it
 * names no programs.
 * @returns whether it is root's alone
 */
function requireSafe(file: string, stats: Stats): boolean {
  if (process.getuid?.() !== 0) return false;
  if (exposureOf(file, stats, new Set([0])) === null) return true;
  const caller = Number(process.env.SUDO_UID || 0);
  const exposure = exposureOf(file, stats, new Set([0, caller]));
  if (exposure !== null) throw exposed(file, exposure);
  return false;
}

function exposed(file: string, { place, why }: Exposure): LvsError {
  const what = place === file ? why : `${place}: ${why}`;
  return new LvsError('refused', `${file} is not used by root: ${what}`, {
    hint: `chown root ${place} && chmod go-w ${place} # after a look through it; or keep it in /etc/lvs`,
  });
}
