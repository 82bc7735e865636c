import { leftBehind, sweep } from '../plan/left-behind.ts';
import { orLost } from '../router/lost.ts';
import type { Planned } from './planned.ts';
import type { Surveyed } from './survey.ts';

/** Removes what a failover that died has left, whatever this run is about: it has the lock, so that nobody needs it any more. */
export async function sweepLeftBehind(planned: readonly Planned[]): Promise<void> {
  await Promise.all(
    planned.map(async ({ name, runner, devices, desired }) => {
      if (leftBehind(devices).length === 0) return;
      const arriving = [...desired.floating.values()].filter(({ role }) => role === 'virtual-server');
      await orLost(name, 'command-failed', runner.run(sweep([...new Set(arriving.map(({ device }) => device))])));
    }),
  );
}

/** What is to be said of that beforehand. */
export function leftBehindNotes({ devices }: Surveyed): string[] {
  return leftBehind(devices).map((name) => `${name}, left by a failover that did not come to its end, goes first`);
}
