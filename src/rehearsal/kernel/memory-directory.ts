import { readFile, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/**
 * The directory for the file that is the rehearsal kernel's memory: a tmpfs where it has room (in containers /dev/shm is often
 * small, or does not allow programs), otherwise the directory for temporary files.
 */
export async function memoryDirectory(megabytes: number): Promise<string> {
  const candidate = '/dev/shm';
  try {
    const { bavail, bsize } = await statfs(candidate);
    const mounts = await readFile('/proc/self/mounts', 'utf8');
    const mount = mounts.split('\n').find((line) => line.split(' ')[1] === candidate);
    const allowsPrograms = mount !== undefined && !mount.split(' ')[3]?.split(',').includes('noexec');
    return allowsPrograms && bavail * bsize > megabytes * 2 ** 20 ? candidate : tmpdir();
  } catch {
    return tmpdir();
  }
}
