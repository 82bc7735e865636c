import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { start, succeed } from './process.ts';

/**
 * Regular files below some folders of a disk that lost its power, by path, as the next boot finds them: the journal of the file
 * system is replayed in a copy.
 */
export async function filesOnDisk(disk: string, folders: readonly string[]): Promise<Map<string, string>> {
  const work = mkdtempSync(`${disk}-look-`);
  try {
    const raw = join(work, 'raw');
    await succeed(['qemu-img', 'convert', '-O', 'raw', disk, raw]);
    // Its status says that something was done.
    await start(['e2fsck', '-y', '-E', 'journal_only', raw]).ended;
    const out = join(work, 'out');
    for (const folder of folders) {
      const parent = join(out, folder, '..');
      await succeed(['mkdir', '-p', parent]);
      await start(['debugfs', '-R', `rdump ${folder} ${parent}`, raw]).ended;
    }
    return existsSync(out) ? filesBelow(out, out) : new Map();
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function filesBelow(folder: string, top: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) for (const [name, text] of filesBelow(path, top)) files.set(name, text);
    else if (entry.isFile() && statSync(path).size < 1_000_000)
      files.set(`/${relative(top, path)}`, readFileSync(path, 'utf8'));
  }
  return files;
}
