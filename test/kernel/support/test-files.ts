import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface TestFile {
  readonly path: string;
  /** How long it took when that was noted; what is not known yet is taken for long. */
  readonly seconds: number;
}

/** Series that take too long to be part of every run: they are run by name. */
const long = '.long.test.ts';
/** Seconds by the name of the file: `npm run test:kernel -- --note` writes it. */
const notedSeconds = 'support/seconds.json';

/** The test files below a directory whose names have one of the words; without words, all but the long ones. */
export async function findTestFiles(directory: string, words: readonly string[]): Promise<TestFile[]> {
  const noted = await readNoted(directory);
  const names = (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('.test.ts'));
  const wanted = names.filter((name) =>
    words.length === 0 ? !name.endsWith(long) : words.some((word) => name.includes(word)),
  );
  return wanted.map((name) => ({ path: join(directory, name), seconds: noted[name] ?? 120 }));
}

async function readNoted(directory: string): Promise<Partial<Record<string, number>>> {
  return JSON.parse(await readFile(join(directory, notedSeconds), 'utf8'));
}

/** Keeps how long files took, by name. It depends on what ran beside: what was noted before counts as much. */
export async function noteSeconds(directory: string, taken: Iterable<[string, number]>): Promise<void> {
  const noted = await readNoted(directory);
  for (const [name, seconds] of taken) noted[name] = Math.round((seconds + (noted[name] ?? seconds)) / 2);
  const sorted = Object.fromEntries(Object.entries(noted).sort());
  await writeFile(join(directory, notedSeconds), `${JSON.stringify(sorted, null, 2)}\n`);
}

/** A kernel is not worth its start for less. */
const leastSeconds = 60;

/**
 * Shares out the files to kernels that take one share after the other. The first shares are large, for each begins with the start
 * of a kernel; the last are small, so that no kernel has to wait long for another one.
 */
export function shareOut(files: readonly TestFile[], kernels: number): string[][] {
  const shares: string[][] = [];
  let left = [...files].sort((a, b) => b.seconds - a.seconds);
  while (left.length > 0) {
    const total = left.reduce((sum, { seconds }) => sum + seconds, 0);
    let room = Math.max(total / kernels / 1.7, leastSeconds);
    const share = left.filter(({ seconds }, index) => {
      if (index > 0 && seconds > room) return false;
      room -= seconds;
      return true;
    });
    shares.push(share.map(({ path }) => path));
    left = left.filter((file) => !share.includes(file));
  }
  return shares;
}
