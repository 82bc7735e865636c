import { createInterface, type Interface } from 'node:readline/promises';
import { LvsError } from '../model/errors.ts';
import { visible } from '../model/visible.ts';
import { unguarded } from './guard.ts';

/**
 * Asks on stderr, so that stdout stays clean. Throws `unanswered` where there is no terminal, and where the answer is no: a
 * script never hangs, and never guesses. Throws `interrupted` when `signal` is aborted.
 */
export async function confirm(question: string, signal: AbortSignal): Promise<void> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new LvsError(
      'unanswered',
      `confirmation required: ${question}, and there is no terminal. Nothing was changed.`,
      {
        hint: 'rerun with --yes',
      },
    );
  }
  const terminal = createInterface({ input: process.stdin, output: unguarded(process.stderr) });
  try {
    const answer = await answerOf(
      terminal,
      visible(`${question[0]?.toUpperCase()}${question.slice(1)}. Go on? [y/N] `),
      signal,
    );
    if (!/^y(es)?$/i.test(answer.trim())) throw new LvsError('unanswered', 'not confirmed: nothing was run');
  } finally {
    terminal.close();
  }
}

/** The line that was typed; nothing where the input ended (Ctrl-D). */
async function answerOf(terminal: Interface, prompt: string, signal: AbortSignal): Promise<string> {
  const ended = new Promise<string>((resolve) => {
    terminal.once('close', () => resolve(''));
  });
  // readline takes Ctrl-C for itself; it is to mean here what it means everywhere.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await Promise.race([terminal.question(prompt, { signal }), ended]);
  } catch (error) {
    if (!signal.aborted) throw error;
    process.stderr.write('\n');
    throw new LvsError('interrupted', 'interrupted: nothing was run');
  }
}
