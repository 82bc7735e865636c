import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes a directory that both sides of the rehearsal kernel can write, calls `use`, and removes the directory whatever happens.
 * @param files names to contents, to begin with
 */
export async function withScratchDirectory<T>(
  files: Readonly<Record<string, string>>,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'lvs-rehearsal-'));
  try {
    await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(directory, name), content)));
    return await use(directory);
  } finally {
    // What was killed a moment ago may still write.
    await rm(directory, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
  }
}
