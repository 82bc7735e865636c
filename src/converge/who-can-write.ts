import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

/** A place by which another user decides what a file says. */
export interface Exposure {
  /** The file, or a directory on the way to it. */
  readonly place: string;
  readonly why: string;
}

const writable = 0o022;
const sticky = 0o1000;
const mostLinks = 40;

/**
 * How users other than the trusted ones could write a file, or put another one in its place: every directory on the way to it is
 * looked at, by every symbolic link. Null: they cannot. Throws as node:fs does.
 *
 * Among entries of a directory like /tmp, where users cannot touch each other's, those of trusted users are safe, but no file
 * that stands there itself: what is written beside it could be anybody's.
 * @param stats of the file, as it was opened
 */
export function exposureOf(file: string, stats: Stats, trusted: ReadonlySet<number>): Exposure | null {
  return ownExposure(file, stats, trusted) ?? exposureOnTheWay(file, trusted);
}

/** The same of a file that is still to be written. Throws as node:fs does if a directory on the way to it is not there. */
export function exposureOfNew(file: string, trusted: ReadonlySet<number>): Exposure | null {
  return exposureOnTheWay(file, trusted);
}

function ownExposure(place: string, { uid, mode }: Stats, trusted: ReadonlySet<number>): Exposure | null {
  if (!trusted.has(uid)) return { place, why: `it belongs to user ${uid}` };
  return (mode & writable) === 0 ? null : { place, why: 'others can write it' };
}

function exposureOnTheWay(file: string, trusted: ReadonlySet<number>): Exposure | null {
  const names = namesIn(isAbsolute(file) ? file : `${process.cwd()}/${file}`);
  let directory = '/';
  let links = 0;
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    // The kernel's own: what stands there are open files of this process, such as a pipe.
    if (directory.startsWith('/proc/')) return null;
    if (name === '..') {
      directory = dirname(directory);
      continue;
    }
    const entry = join(directory, name);
    const stats = lstatSync(entry, { throwIfNoEntry: names.length > 0 }) ?? null;
    const isFile = names.length === 0 && stats?.isSymbolicLink() !== true;
    const exposure = entryExposure(directory, entry, stats, isFile, trusted);
    if (exposure !== null) return exposure;
    if (stats === null) return null;
    if (!stats.isSymbolicLink()) {
      directory = entry;
      continue;
    }
    links += 1;
    if (links > mostLinks) return { place: entry, why: 'there are too many symbolic links' };
    const target = readlinkSync(entry);
    if (isAbsolute(target)) directory = '/';
    names.unshift(...namesIn(target));
  }
  return null;
}

function entryExposure(
  directory: string,
  entry: string,
  stats: Stats | null,
  isFile: boolean,
  trusted: ReadonlySet<number>,
): Exposure | null {
  const above = lstatSync(directory);
  if (!trusted.has(above.uid)) return { place: directory, why: `it belongs to user ${above.uid}` };
  if ((above.mode & writable) === 0) return null;
  if ((above.mode & sticky) === 0 || isFile || stats === null) return { place: directory, why: 'others can write it' };
  return trusted.has(stats.uid) ? null : { place: entry, why: `it belongs to user ${stats.uid}` };
}

function namesIn(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}
