import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LvsError } from '../model/errors.ts';
import type { ServerDecisions } from '../weights/decisions.ts';
import { parseDecisions, renderDecisions } from '../weights/decisions-file.ts';
import { decisionsPlace, monitorLock, mostDecisions } from '../weights/decisions-place.ts';
import { openOwnFile, requireOwnDirectory, Untrusted } from './root-file.ts';

type Servers = ReadonlyMap<string, ServerDecisions>;

/** What a monitor takes over from the one before it. */
export interface Former {
  readonly virtualServers: Servers;
  /** Why the file that was there says nothing; null: it did, or there was none. */
  readonly fault: string | null;
}

export interface Places {
  readonly decisions: string;
  readonly lock: string;
}

/** The file that says what was decided, and the lock that its writer holds: one monitor a machine. */
export class DecisionsKeeper {
  private readonly place: string;
  private readonly lock: FileHandle;
  /** The version that was published last. */
  private published: { readonly ino: number; readonly size: number } | null = null;

  private constructor(place: string, lock: FileHandle) {
    this.place = place;
    this.lock = lock;
  }

  /** Throws `locked` if another monitor lives, `refused` if the files cannot be used. */
  static async claim(
    { decisions, lock }: Places = { decisions: decisionsPlace, lock: monitorLock },
  ): Promise<{ keeper: DecisionsKeeper; former: Former }> {
    const file = await claimLock(lock);
    return { keeper: new DecisionsKeeper(decisions, file), former: await formerOf(decisions) };
  }

  /** Puts a new version in its place, as a whole. Rejects with what the system says, the former one in place. */
  async publish(virtualServers: Servers): Promise<void> {
    const beside = `${this.place}.${process.pid}`;
    await rm(beside, { force: true });
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(renderDecisions({ pid: process.pid, updated: new Date().toISOString(), virtualServers }));
      await file.sync();
      const { ino, size } = await file.stat();
      await rename(beside, this.place);
      this.published = { ino, size };
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  }

  /** Whether what was published last still stands there as it was written. */
  async isIntact(): Promise<boolean> {
    if (this.published === null) return true;
    const there = await lstat(this.place).catch(() => null);
    return there !== null && there.ino === this.published.ino && there.size === this.published.size;
  }

  /** Lets go of the lock; what was decided stays. */
  async release(): Promise<void> {
    await this.lock.close();
  }
}

async function claimLock(place: string): Promise<FileHandle> {
  let file: FileHandle | null = null;
  try {
    await requireOwnDirectory(dirname(place));
    file = await openOwnFile(place, 'create');
    if (!(await lockFile(file))) throw await heldByOther(file);
    await file.truncate();
    await file.write(`${process.pid}\n`, 0);
    return file;
  } catch (error) {
    await file?.close();
    throw error instanceof LvsError ? error : unusable(place, error as NodeJS.ErrnoException);
  }
}

function unusable(place: string, error: NodeJS.ErrnoException): LvsError {
  if (error instanceof Untrusted)
    return new LvsError('refused', error.message, {
      hint: 'look at what it is, remove it, and start the monitor again',
    });
  const message = `${place} cannot be opened: ${error.message}`;
  const isDenied = error.code === 'EACCES' || error.code === 'EPERM';
  return new LvsError('refused', message, isDenied ? { hint: 'run "lvs monitor" as root' } : {});
}

/**
 * Locks it for as long as it is open here: flock(1) does so to the open file that it is handed. Whoever only looks whether it is
 * locked holds it for a moment, too.
 */
function lockFile(file: FileHandle): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn('flock', ['-w', '1', '-x', '3'], { stdio: ['ignore', 'ignore', 'ignore', file.fd] });
    child.once('error', () => reject(new Error('flock(1) cannot be started: is util-linux installed?')));
    child.once('close', (status) => resolve(status === 0));
  });
}

async function heldByOther(file: FileHandle): Promise<LvsError> {
  const pid = /^(\d{1,10})\n$/.exec(await file.readFile('utf8'))?.[1];
  // It says who was the last to write it.
  const who = pid !== undefined && existsSync(join('/proc', pid)) ? `, process ${pid}` : '';
  return new LvsError('locked', `a monitor runs on this machine already${who}`, {
    hint: 'one is enough: it follows lvs.yaml by itself; "systemctl status lvs-monitor" shows it if systemd started it',
  });
}

async function formerOf(place: string): Promise<Former> {
  const nothing = { virtualServers: new Map() };
  try {
    const file = await openOwnFile(place, 'read');
    try {
      const { size } = await file.stat();
      if (size > mostDecisions) return { ...nothing, fault: `it has ${size} bytes` };
      const { decisions, fault } = parseDecisions(await file.readFile('utf8'));
      return { virtualServers: decisions?.virtualServers ?? new Map(), fault };
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { ...nothing, fault: code === 'ENOENT' ? null : message };
  }
}
