import { setTimeout as pause } from 'node:timers/promises';
import type { Running } from '../../../src/rehearsal/cluster/process.ts';

const mostSeconds = 60;

/**
 * Waits for something to be the case. Throws where it is not after a minute, or where the command that was to bring it
 * about has ended without.
 * @returns the seconds that it took
 */
export async function until(what: string, isSo: () => Promise<boolean>, during?: Running): Promise<number> {
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1000;
  const ended = during === undefined ? () => false : endOf(during);
  for (;;) {
    const last = ended();
    if (await isSo()) return seconds();
    if (last && during !== undefined) {
      const { status, stdout, stderr } = await during.finished;
      throw new Error(`never came: ${what}; the command ended with status ${status}\n${stdout}${stderr}`);
    }
    if (seconds() > mostSeconds) throw new Error(`not after ${mostSeconds} s: ${what}`);
    // Each look takes of the processor that the other kernels need, too.
    await pause(100);
  }
}

/** @returns whether a command has ended by now */
export function endOf(running: Running): () => boolean {
  let ended = false;
  void running.finished.then(() => {
    ended = true;
  });
  return () => ended;
}

/** Waits until a command has written something on standard output or standard error. */
export async function untilSays(running: Running, text: string): Promise<void> {
  let said = '';
  const listen = (chunk: Buffer) => {
    said += chunk.toString();
  };
  running.stdout.on('data', listen);
  running.stderr.on('data', listen);
  await until(`"${text}"`, async () => said.includes(text), running);
}
