import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { LvsError } from '../../model/errors.ts';

/** Version of user-mode Linux from which on it needs no help. */
const firstWithout = [6, 13] as const;

/**
 * User-mode Linux gives the registers of a program back by ptrace(2), up to 2,696 bytes of them. Processors with AMX have more,
 * and the machine's kernel takes all or none: every program dies at its start. This library, loaded before the C library, fills
 * up what is missing with zeroes; programs inside cannot ask for AMX, so there is nothing to lose. It needs no headers.
 */
const source = `
struct vector { void *base; unsigned long length; };
extern long syscall(long number, ...);
enum { ptrace_call = 101, peek_first = 1, peek_last = 3, get_registers = 0x4204, set_registers = 0x4205, xstate = 0x202 };
static long whole[8192] __attribute__((aligned(64)));
static unsigned long size, filled;

long ptrace(long request, long process, long address, void *data) {
  if (request >= peek_first && request <= peek_last) {
    long word = 0;
    return syscall(ptrace_call, request, process, address, &word) < 0 ? -1 : word;
  }
  if (request != set_registers || address != xstate) return syscall(ptrace_call, request, process, address, data);
  struct vector *given = data, all = { whole, sizeof whole };
  if (size == 0 && syscall(ptrace_call, get_registers, process, address, &all) == 0) size = all.length;
  if (given->length >= size) return syscall(ptrace_call, request, process, address, data);
  unsigned long words = given->length / sizeof(long);
  for (unsigned long i = 0; i < words; i++) whole[i] = ((long *)given->base)[i];
  for (unsigned long i = words; i < filled; i++) whole[i] = 0;
  filled = words;
  all.length = size;
  return syscall(ptrace_call, request, process, address, &all);
}
`;

/** Whether the user-mode Linux that is installed cannot run on this machine's processor without help. */
export async function needsWholeRegisters(): Promise<boolean> {
  const processor = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  if (!/^flags\b.*\bamx_tile\b/m.test(processor)) return false;
  const { stdout } = await execa('linux.uml', ['--version'], { reject: false });
  return isBefore(stdout.trim(), firstWithout);
}

/**
 * Compiles what helps, where it is needed.
 * @param directory where the library goes
 * @returns what to add to the environment of user-mode Linux
 * @throws LvsError `command-failed` where it cannot be compiled
 */
export async function wholeRegisters(directory: string): Promise<{ readonly LD_PRELOAD?: string }> {
  if (!(await needsWholeRegisters())) return {};
  const library = join(directory, 'whole-registers.so');
  const argv = [
    '-x',
    'c',
    '-shared',
    '-fPIC',
    '-O2',
    '-fno-tree-loop-distribute-patterns',
    '-nostdlib',
    '-o',
    library,
    '-',
  ];
  const { failed, stderr } = await execa('cc', argv, { input: source, reject: false });
  if (!failed) return { LD_PRELOAD: library };
  throw new LvsError('command-failed', "This processor's registers are too many for user-mode Linux, and cc failed", {
    details: stderr.split('\n').map((message) => ({ message })),
    hint: 'sudo apt-get install -y gcc',
  });
}

/** Whether `6.1.176` comes before 6.13. */
export function isBefore(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}
