import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { LvsError } from '../model/errors.ts';
import { asideOf } from './abandoned-files.ts';

/** The new content of a file, written aside before anything is run and put in place when all went well. */
export class PendingFile {
  readonly file: string;
  readonly before: string | null;
  readonly after: string;
  /** Whether the change takes something away that the user would miss. */
  readonly removes: boolean;

  /** `before` is what the file held when it was read; null: it did not exist. */
  constructor(file: string, before: string | null, after: string, removes = false) {
    this.file = file;
    this.before = before;
    this.after = after;
    this.removes = removes;
  }

  get changed(): boolean {
    return this.before !== this.after;
  }

  /** What the file holds now; null: it is not there, or cannot be read. */
  now(): string | null {
    try {
      return readFileSync(this.file, 'utf8');
    } catch {
      return null;
    }
  }

  /**
   * Throws if another user wrote the file since it was read: `stale` before anything was run, `write-failed` afterwards. A run
   * that does not edit the file does not depend on it.
   */
  requireUnchanged(when: 'before' | 'after' = 'before'): void {
    if (!this.changed || this.now() === this.before) return;
    const message = `${this.file} was changed by another user meanwhile`;
    const hint = 'look at their change and run the command again';
    if (when === 'after') throw new LvsError('write-failed', message, { hint });
    throw new LvsError('stale', `${message}; nothing was run`, { hint });
  }

  /** Writes the content beside the file, with the file's owner and mode. Throws `write-failed`, with nothing changed. */
  async stage(): Promise<StagedFile | undefined> {
    if (!this.changed) return undefined;
    try {
      return await StagedFile.write(this.file, this.after);
    } catch (error) {
      throw writeFailed(this.file, error);
    }
  }
}

class StagedFile {
  private readonly file: string;
  private readonly aside: string;

  private constructor(file: string, aside: string) {
    this.file = file;
    this.aside = aside;
  }

  static async write(named: string, content: string): Promise<StagedFile> {
    const file = await realpath(named).catch(() => path.resolve(named));
    const present = await stat(file).catch(() => null);
    const aside = asideOf(file, process.pid);
    try {
      const handle = await open(aside, 'wx', present === null ? 0o644 : present.mode & 0o7777);
      try {
        if (present !== null) await handle.chown(present.uid, present.gid).catch(() => {});
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      await rm(aside, { force: true });
      throw error;
    }
    return new StagedFile(file, aside);
  }

  /** A rename survives a power cut only when its directory is synced. */
  async commit(): Promise<void> {
    try {
      await rename(this.aside, this.file);
      await syncDirectory(path.dirname(this.file));
    } catch (error) {
      throw writeFailed(this.file, error);
    }
  }

  /** Whatever happened to it, a leftover must not hide what happened to the routers. */
  async discard(): Promise<void> {
    await rm(this.aside, { force: true }).catch(() => {});
  }
}

/** A directory that cannot be opened, or of a file system that syncs none by itself, is synced with everything else. */
async function syncDirectory(directory: string): Promise<void> {
  try {
    const handle = await open(directory, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    await promisify(execFile)('sync');
  }
}

function writeFailed(file: string, error: unknown): LvsError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOSPC: 'there is no space left on the device',
    EACCES: 'permission denied',
    EROFS: 'the file system is read-only',
  };
  return new LvsError('write-failed', `${file} cannot be written: ${reasons[code] ?? message}`, {
    hint: code === 'ENOSPC' ? `make room in ${path.dirname(file)}` : `see who may write in ${path.dirname(file)}`,
  });
}
