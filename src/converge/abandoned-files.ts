import { readdir, realpath, rm } from 'node:fs/promises';
import path from 'node:path';

/** Where a run writes the new content of a file until it takes the file's place. */
export function asideOf(file: string, pid: number): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.${pid}.new`);
}

/** Removes what a run that was killed has left beside a file. Its process number may be that of this process now. */
export async function removeAbandoned(named: string): Promise<void> {
  const file = await realpath(named).catch(() => path.resolve(named));
  const names: readonly string[] = await readdir(path.dirname(file)).catch(() => []);
  const pids = names.map((name) => Number(/\.(\d+)\.new$/.exec(name)?.[1]));
  const abandoned = pids.filter((pid) => names.includes(path.basename(asideOf(file, pid))) && !isOther(pid));
  await Promise.all(abandoned.map((pid) => rm(asideOf(file, pid), { force: true }).catch(() => {})));
}

/** Whether it is another process that runs. */
function isOther(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
