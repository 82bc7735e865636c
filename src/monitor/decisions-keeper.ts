import { spawn } from 'node:child_process';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LvsError } from '../model/errors.ts';
import type { ServerDecisions } from '../weights/decisions.ts';
import { parseDecisions, renderDecisions } from '../weights/decisions-file.ts';
import { decisionsPlace } from '../weights/decisions-place.ts';

type Servers = ReadonlyMap<string, ServerDecisions>;

/** What a monitor takes over from the one before it. */
export interface Former {
  readonly virtualServers: Servers;
  /** Why the file that was there says nothing; null: it did, or there was none. */
  readonly fault: string | null;
}

/** The file that says what was decided, and the lock on it: one monitor a machine. */
export class DecisionsKeeper {
  private readonly place: string;
  private held: FileHandle;

  private constructor(place: string, held: FileHandle) {
    this.place = place;
    this.held = held;
  }

  /** Throws `locked` where another monitor lives, `refused` where the file cannot be written. */
  static async claim(place: string = decisionsPlace): Promise<{ keeper: DecisionsKeeper; former: Former }> {
    try {
      await mkdir(dirname(place), { recursive: true, mode: 0o755 });
      for (;;) {
        const file = await open(place, 'a+', 0o644);
        if (!(await lock(file))) throw await heldByOther(file);
        // Whoever had it may have put a new one in its place meanwhile.
        if (await isStill(place, file))
          return { keeper: new DecisionsKeeper(place, file), former: await formerOf(file) };
        await file.close();
      }
    } catch (error) {
      if (error instanceof LvsError) throw error;
      throw new LvsError('refused', `${place} cannot be written: ${(error as Error).message}`, {
        hint: 'run "lvs monitor" as root',
      });
    }
  }

  /** Puts a new version in its place, locked before anybody sees it. Rejects with what the system says, the former one in place. */
  async publish(virtualServers: Servers): Promise<void> {
    const beside = `${this.place}.${process.pid}`;
    await rm(beside, { force: true });
    const file = await open(beside, 'wx', 0o644);
    try {
      await file.writeFile(renderDecisions({ pid: process.pid, updated: new Date().toISOString(), virtualServers }));
      if (!(await lock(file))) throw new Error('it cannot be locked');
      await rename(beside, this.place);
    } catch (error) {
      await file.close();
      await rm(beside, { force: true });
      throw error;
    }
    const former = this.held;
    this.held = file;
    await former.close();
  }

  /** Lets go of the lock; what was decided stays. */
  async release(): Promise<void> {
    await this.held.close();
  }
}

/**
 * Locks it for as long as it is open here: flock(1) does so to the open file that it is handed. Whoever only looks whether it is
 * locked holds it for a moment, too.
 */
function lock(file: FileHandle): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn('flock', ['-w', '1', '-x', '3'], { stdio: ['ignore', 'ignore', 'ignore', file.fd] });
    child.once('error', reject);
    child.once('close', (status) => resolve(status === 0));
  });
}

async function isStill(place: string, file: FileHandle): Promise<boolean> {
  const [there, here] = await Promise.all([stat(place).catch(() => null), file.stat()]);
  return there !== null && there.ino === here.ino && there.dev === here.dev;
}

async function heldByOther(file: FileHandle): Promise<LvsError> {
  const { decisions } = parseDecisions(await textOf(file));
  await file.close();
  const who = decisions === null ? '' : `, process ${decisions.pid}`;
  return new LvsError('locked', `a monitor runs on this machine already${who}`, {
    hint: 'one is enough: it follows lvs.yaml by itself; "systemctl status lvs-monitor" shows it where systemd started it',
  });
}

async function formerOf(file: FileHandle): Promise<Former> {
  const text = await textOf(file);
  if (text === '') return { virtualServers: new Map(), fault: null };
  const { decisions, fault } = parseDecisions(text);
  return { virtualServers: decisions?.virtualServers ?? new Map(), fault };
}

async function textOf(file: FileHandle): Promise<string> {
  const { size } = await file.stat();
  const buffer = Buffer.alloc(size);
  await file.read(buffer, 0, size, 0);
  return buffer.toString('utf8');
}
