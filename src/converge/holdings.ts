import type { RouterState } from '../model/state.ts';
import { enabledAddresses, givenUpAddresses } from './announcements.ts';
import type { Planned } from './planned.ts';
import { isHeldFor } from './survey.ts';

/** One line about what a router was last seen to have; null: it could not be read, and may have what the run meant it to. */
export function describeHoldings(router: Planned, now: RouterState | null): string {
  const { name, desired, live, wanted } = router;
  const state = now ?? live;
  const held = state.addresses.filter(isHeldFor(desired)).map(({ address }) => address);
  const count = state.virtualServers.size;
  const addresses = held.length === 0 ? 'no floating address' : held.join(', ');
  const when = now === null ? 'cannot be read now; before this run it had' : 'has';
  const since = now === null ? sinceThen(router) : '';
  if (wanted.rules === 'none') return `${name} ${when} ${addresses}${since}`;
  return `${name} ${when} ${addresses} and ${count} virtual ${count === 1 ? 'server' : 'servers'}${since}`;
}

function sinceThen(router: Planned): string {
  const enabled = enabledAddresses(router).map(({ address }) => address);
  if (enabled.length > 0) return `; it may hold ${enabled.join(' and ')} by now`;
  const givenUp = givenUpAddresses(router);
  return givenUp.length > 0 ? `; it may have given up ${givenUp.join(' and ')} by now` : '';
}
