import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';

/**
 * Runs commands at the same time, and prints each line that they write behind the command's name.
 * @param commands names to program and words
 * @returns the status of one that failed, after all have ended; else 0
 */
export async function runSideBySide(commands) {
  const statuses = await Promise.all(Object.entries(commands).map(([name, argv]) => runOne(name, argv)));
  return statuses.find((status) => status !== 0) ?? 0;
}

function runOne(name, [program, ...words]) {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => process.stdout.write(`[${name}] ${line}\n`));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve(status ?? 128 + constants.signals[signal]));
  });
}
