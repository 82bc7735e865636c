import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** How long processors are watched, in milliseconds. */
const watched = 50;

/** How many kernels of this process are on which processor. */
const kernelsOn = new Map<number, number>();

/**
 * Runs what it is given with the program and words that keep what follows them on one processor: the one with the fewest kernels
 * of this process, and among these the idlest.
 *
 * User-mode Linux has one virtual processor. Its kernel and its programs are processes that wait for each other at every system
 * call and page fault, by ptrace(2); across two processors each such change wakes an idle one up, and everything inside takes
 * four to six times as long.
 */
export async function onOneProcessor<T>(work: (taskset: readonly string[]) => Promise<T>): Promise<T> {
  const processors = await idlestFirst();
  const ours = (processor: number) => kernelsOn.get(processor) ?? 0;
  const [chosen] = processors.sort((a, b) => ours(a) - ours(b));
  if (chosen === undefined) return work([]);
  kernelsOn.set(chosen, ours(chosen) + 1);
  try {
    return await work(['taskset', '--cpu-list', String(chosen)]);
  } finally {
    kernelsOn.set(chosen, ours(chosen) - 1);
  }
}

/** Those that this process may use. */
async function idlestFirst(): Promise<number[]> {
  const before = await idleTicks();
  await pause(watched);
  const after = await idleTicks();
  const idle = (processor: number) => (after.get(processor) ?? 0) - (before.get(processor) ?? 0);
  const status = await readFile('/proc/self/status', 'utf8');
  const allowed = listOf(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '');
  return allowed.sort((a, b) => idle(b) - idle(a));
}

/** By processor, from proc(5); in hundredths of a second. */
async function idleTicks(): Promise<Map<number, number>> {
  const lines = (await readFile('/proc/stat', 'utf8')).matchAll(/^cpu(\d+) \d+ \d+ \d+ (\d+)/gm);
  return new Map([...lines].map(([, processor, idle]) => [Number(processor), Number(idle)]));
}

/** The numbers of `0-2,5`. */
export function listOf(ranges: string): number[] {
  return ranges
    .split(',')
    .filter(Boolean)
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}
