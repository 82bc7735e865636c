import type { Runner } from '../../router/runner.ts';
import type { Clock } from '../model/examination.ts';

const readings = 3;

/**
 * How far a router's clock is ahead of ours: the reading that came back soonest counts, taken for the middle of its way.
 * @param now milliseconds
 */
export async function readClock(runner: Runner, now: () => number = Date.now): Promise<Clock | null> {
  let best: Clock | null = null;
  for (let reading = 0; reading < readings; reading += 1) {
    const before = now();
    const { stdout } = await runner.run(['date', '+%s.%N']);
    const after = now();
    if (!/^\d+\.\d+$/.test(stdout.trim())) return null;
    const uncertainty = (after - before) / 2;
    if (best === null || uncertainty < best.uncertainty) {
      best = { ahead: Number(stdout) * 1000 - (before + after) / 2, uncertainty };
    }
  }
  return best;
}
