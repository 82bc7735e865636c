import type { RouterState } from '../model/state.ts';
import { isHeldFor, type Surveyed } from './survey.ts';

/** One line about what a router was last seen to have; null: it could not be read. */
export function describeHoldings({ name, desired, live, wanted }: Surveyed, now: RouterState | null): string {
  const state = now ?? live;
  const held = state.addresses.filter(isHeldFor(desired)).map(({ address }) => address);
  const count = state.virtualServers.size;
  const addresses = held.length === 0 ? 'no floating address' : held.join(', ');
  const when = now === null ? 'cannot be read now; before this run it had' : 'has';
  if (wanted.rules === 'none') return `${name} ${when} ${addresses}`;
  return `${name} ${when} ${addresses} and ${count} virtual ${count === 1 ? 'server' : 'servers'}`;
}
