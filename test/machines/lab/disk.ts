import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Machine } from './machine.ts';
import { start, succeed } from './process.ts';

/** Regular files below some folders of a running machine, by path. */
export async function filesOf(machine: Machine, folders: readonly string[]): Promise<Map<string, string>> {
  const names = folders.map((folder) => relative('/', folder));
  const archive = await machine.output(`tar -C / -cf - ${names.join(' ')} | base64 -w0`);
  const work = mkdtempSync(join(tmpdir(), 'lvs-machines-files-'));
  try {
    const file = join(work, 'archive.tar');
    writeFileSync(file, Buffer.from(archive, 'base64'));
    const out = join(work, 'out');
    await succeed(['sh', '-c', 'mkdir "$2" && tar -C "$2" -xf "$1" --no-same-owner', 'sh', file, out]);
    return filesBelow(out, out);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

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
