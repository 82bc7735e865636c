import type { Method } from '../../converge/planned.ts';
import { holdsAny, type Surveyed } from '../../converge/survey.ts';
import type { Change } from '../../plan/change.ts';
import { givingUp, puttingAway, takingOver } from './changes.ts';
import { holdReadiness, type Readiness } from './readiness.ts';

/**
 * How the addresses move to the router called `target`. A handshake under way is not synchronised yet, and whoever does not
 * know it resets it. So new connections wait on the old router, where that is possible, until there is none under way and
 * the addresses have moved; then they go on to the new one.
 */
export async function switchMethod(
  routers: readonly Surveyed[],
  target: string,
): Promise<(router: Surveyed, changes: readonly Change[]) => Method> {
  const old = routers.find(({ name, live, desired }) => name !== target && holdsAny(live, desired));
  const readiness: Readiness | null = old === undefined ? null : await holdReadiness(old);
  return (router, changes) => {
    const usual = { changes, putAway: [], notes: [] };
    if (readiness === null || changes.length === 0) return usual;
    if ('obstacle' in readiness) {
      const notes = router === old ? [`new connections are not held back: ${readiness.obstacle}`] : [];
      return { ...usual, notes };
    }
    const { place } = readiness;
    if (place.addresses.length === 0) return usual;
    if (router !== old) return { ...usual, changes: takingOver(changes, natRouters(router)) };
    return { ...usual, changes: givingUp(changes, place), putAway: puttingAway(place) };
  };
}

function natRouters({ desired }: Surveyed): Set<string> {
  const floating = [...desired.floating.values()].filter(({ role }) => role === 'nat-router');
  return new Set(floating.map(({ address }) => address));
}
