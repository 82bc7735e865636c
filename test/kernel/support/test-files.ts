import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface TestFile {
  readonly path: string;
  /** How often it runs something on a host, a rough measure of how long it takes. */
  readonly size: number;
}

/** Series that take too long to be part of every run: they are run by name. */
const long = '.long.test.ts';

/** The test files below a directory whose names have one of the words; without words, all but the long ones. */
export async function findTestFiles(directory: string, words: readonly string[]): Promise<TestFile[]> {
  const names = (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('.test.ts'));
  const wanted = names.filter((name) =>
    words.length === 0 ? !name.endsWith(long) : words.some((word) => name.includes(word)),
  );
  return Promise.all(
    wanted.map(async (name) => {
      const path = join(directory, name);
      return {
        path,
        size:
          (await readFile(path, 'utf8')).match(/\b(run|output|start|lvsJson|seconds|expect[A-Z]\w+)\(/g)?.length ?? 1,
      };
    }),
  );
}

/** Shares out the files so that each share has about the same to do. No share is empty. */
export function shareOut(files: readonly TestFile[], most: number): string[][] {
  const shares = Array.from({ length: Math.min(most, files.length) }, () => ({ size: 0, paths: [] as string[] }));
  for (const { path, size } of [...files].sort((a, b) => b.size - a.size)) {
    const [smallest] = [...shares].sort((a, b) => a.size - b.size);
    if (smallest === undefined) break;
    smallest.size += size;
    smallest.paths.push(path);
  }
  return shares.map(({ paths }) => paths);
}
