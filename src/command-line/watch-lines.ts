import { setTimeout as pause } from 'node:timers/promises';
import { LvsError } from '../model/errors.ts';
import { errorDocument } from './report-error.ts';
import type { StatusReader } from './status-reader.ts';
import { restOf } from './watch-pace.ts';

/**
 * One JSON document a line, until `signal` is aborted or nobody reads any more. Throws what the first reading throws; what goes
 * wrong with a later one is a line as well.
 * @param interval seconds
 */
export async function watchLines(reader: StatusReader, interval: number, signal: AbortSignal): Promise<void> {
  const gone = new AbortController();
  process.stdout.once('error', () => gone.abort());
  const ended = AbortSignal.any([signal, gone.signal]);
  const stopped = new Promise<null>((resolve) => ended.addEventListener('abort', () => resolve(null), { once: true }));
  for (let isFirst = true; !ended.aborted; isFirst = false) {
    const begin = performance.now();
    const line = await Promise.race([readLine(reader, isFirst), stopped]);
    if (line === null) return;
    process.stdout.write(`${JSON.stringify(line)}\n`);
    await pause(restOf(interval, performance.now() - begin), null, { signal: ended }).catch(() => {});
  }
}

async function readLine(reader: StatusReader, isFirst: boolean): Promise<object> {
  try {
    const { document, events } = await reader.read();
    return { ...document, time: new Date().toISOString(), events };
  } catch (error) {
    if (!(error instanceof LvsError) || isFirst) throw error;
    return { ...errorDocument(error), time: new Date().toISOString() };
  }
}
