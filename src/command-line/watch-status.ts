import { setTimeout as pause } from 'node:timers/promises';
import { durationForms, parseDuration } from '../config/words/duration.ts';
import { withInterrupts } from '../converge/interrupts.ts';
import { type ExitStatus, exitStatus, LvsError } from '../model/errors.ts';
import type { Paint } from '../output/paint.ts';
import { barsFor } from '../output/view.ts';
import { StatusReader, type StatusReaderOptions } from './status-reader.ts';
import { watchLines } from './watch-lines.ts';
import { WatchScreen } from './watch-screen.ts';

const leastSeconds = 0.5;
const closeMilliseconds = 1000;

/** Watches until a key or a signal ends it. Throws `invalid-input`, and what the first reading throws. */
export async function watchStatus(
  options: StatusReaderOptions,
  { interval, json, paint }: { interval: string | undefined; json: boolean; paint: Paint },
): Promise<ExitStatus> {
  const seconds = intervalOf(interval);
  if (!json && process.stdout.isTTY !== true) {
    throw new LvsError('invalid-input', '--watch needs a terminal to draw on', {
      hint: 'with --json, each reading is one document on a line of its own',
    });
  }
  const reader = new StatusReader(options);
  const work = json ? watchOnLines(reader, seconds) : watchOnScreen(reader, seconds, paint);
  try {
    return await work;
  } finally {
    await endSessions(reader, work);
  }
}

function watchOnLines(reader: StatusReader, seconds: number): Promise<ExitStatus> {
  return withInterrupts(async (signal) => {
    await watchLines(reader, seconds, signal);
    return signal.aborted ? exitStatus.interrupted : exitStatus.done;
  });
}

async function watchOnScreen(reader: StatusReader, interval: number, paint: Paint): Promise<ExitStatus> {
  const end = await new WatchScreen({ reader, interval, paint, bars: barsFor(process.env) }).run();
  return end === 'interrupted' ? exitStatus.interrupted : exitStatus.done;
}

/** A session to a router that has fallen silent would keep us here: then everything ends with the process. */
async function endSessions(reader: StatusReader, work: Promise<ExitStatus>): Promise<void> {
  const closed = reader.close().then(() => true);
  if (await Promise.race([closed, pause(closeMilliseconds, false)])) return;
  process.exit(await work.catch(() => exitStatus.failed));
}

/** Seconds. Throws `invalid-input`. */
function intervalOf(text = '2s'): number {
  const seconds = parseDuration(text);
  if (seconds !== null && seconds >= leastSeconds) return seconds;
  throw new LvsError(
    'invalid-input',
    `--interval: found "${text}"; allowed: ${durationForms}, at least ${leastSeconds}s`,
  );
}
