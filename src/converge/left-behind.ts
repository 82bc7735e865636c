import { announce } from '../grammar/arping-commands.ts';
import { advertising } from '../plan/advertise.ts';
import { leftBehind, sweep } from '../plan/left-behind.ts';
import { orLost } from '../router/lost.ts';
import { runSideBySide } from '../router/side-by-side.ts';
import { audible } from './announcements.ts';
import type { Planned } from './planned.ts';
import { holdsAny, isHeldFor, type Surveyed } from './survey.ts';

/**
 * Removes what a failover that died has left, whatever this run is about: it has the lock, so that nobody needs it any more. By
 * it, neighbours are served that do not know who has the addresses; so whoever has them announces them first.
 */
export async function sweepLeftBehind(planned: readonly Planned[]): Promise<void> {
  const concerned = planned.filter(({ devices }) => leftBehind(devices).length > 0);
  if (concerned.length === 0) return;
  const [holder, ...others] = planned.filter(({ live, desired }) => holdsAny(live, desired));
  if (holder !== undefined && others.length === 0) await announceHeld(holder);
  await Promise.all(
    concerned.map(async ({ name, runner, desired }) => {
      const arriving = [...desired.floating.values()].filter(({ role }) => role === 'virtual-server');
      await orLost(name, 'command-failed', runner.run(sweep([...new Set(arriving.map(({ device }) => device))])));
    }),
  );
}

/** Once, for this run may move them. */
async function announceHeld({ name, runner, live, desired, tools }: Planned): Promise<void> {
  const { ipv4, ipv6 } = audible(live.addresses.filter(isHeldFor(desired)), tools);
  const words = ipv4.map(({ address, device }) => ['arping', ...announce(tools.arping, address, device, 1)]);
  await orLost(name, 'command-failed', runSideBySide(runner, words));
  if (ipv6.length > 0) await orLost(name, 'command-failed', runner.run(advertising('announce', ipv6).argv));
}

/** What is to be said of that beforehand. */
export function leftBehindNotes({ devices }: Surveyed): string[] {
  return leftBehind(devices).map((name) => `${name}, left by a failover that did not come to its end, goes first`);
}

/** What a run that was rolled back has left by itself. @param now the devices of the router */
export function leftBehindWords({ name, devices }: Surveyed, now: Surveyed['devices']): string[] {
  return leftBehind(now)
    .filter((device) => !devices.has(device))
    .map(
      (device) =>
        `${name}: ${device}, filters or redirect routes of this failover could not be removed: the next run does so`,
    );
}
