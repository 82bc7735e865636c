import { constants } from 'node:fs';
import { chmod, type FileHandle, lstat, mkdir, open } from 'node:fs/promises';

/** Why a file or directory is not to be trusted, or cannot be used; the message names it. */
export class Untrusted extends Error {
  override readonly name = 'Untrusted';
}

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

/**
 * Opens a regular file of this user's or root's: no link is followed, no FIFO or device waited for. With `create` it is made if it
 * is not there, and no other user can open it from then on. Rejects with what the system says, or Untrusted.
 */
export async function openOwnFile(path: string, how: 'read' | 'create'): Promise<FileHandle> {
  const flags = how === 'read' ? O_RDONLY : O_RDWR | O_CREAT;
  const file = await open(path, flags | O_NOFOLLOW | O_NONBLOCK, 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ELOOP') throw new Untrusted(`${path} is a symbolic link`);
    if (error.code === 'EISDIR' || error.code === 'ENXIO') throw new Untrusted(`${path} is not a regular file`);
    throw error;
  });
  try {
    const { uid, mode } = await file.stat().then((stat) => {
      if (!stat.isFile()) throw new Untrusted(`${path} is not a regular file`);
      return stat;
    });
    requireOwner(path, uid);
    if (how === 'create' && (mode & 0o077) !== 0) await file.chmod(0o600);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Makes it if it is not there; no other user can look into it from then on. Rejects like openOwnFile. */
export async function requireOwnDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const stat = await lstat(path);
  if (!stat.isDirectory()) throw new Untrusted(`${path} is not a directory`);
  requireOwner(path, stat.uid);
  if ((stat.mode & 0o077) !== 0) await chmod(path, 0o700);
}

function requireOwner(path: string, uid: number): void {
  if (uid !== 0 && uid !== process.geteuid?.()) throw new Untrusted(`${path} belongs to another user (uid ${uid})`);
}
