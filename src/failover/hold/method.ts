import type { Method } from '../../converge/planned.ts';
import { holdsAny, type Surveyed } from '../../converge/survey.ts';
import type { HeldAddress } from '../../model/state.ts';
import type { Change } from '../../plan/change.ts';
import { told } from '../../plan/tell-later.ts';
import { givingUp, puttingAway, takingOver } from './changes.ts';
import { holdReadiness } from './readiness.ts';

/**
 * How the addresses move to the router called `target`. A handshake under way is not synchronised yet, and whoever does not
 * know it resets it. So new connections wait on the old router, where that is possible, until there is none under way and
 * the addresses have moved; then it passes them on to the new one.
 */
export async function switchMethod(
  routers: readonly Surveyed[],
  target: string,
): Promise<(router: Surveyed, changes: readonly Change[]) => Method> {
  const taking = routers.find(({ name }) => name === target);
  const old = routers.find(({ name, live, desired }) => name !== target && holdsAny(live, desired));
  const readiness = old === undefined || taking === undefined ? null : await holdReadiness(old, taking);
  return (router, changes) => {
    const usual = { changes, putAway: [], notes: [] };
    if (readiness === null || changes.length === 0) return usual;
    if ('obstacle' in readiness) {
      const notes = router === old ? [`new connections are not held back: ${readiness.obstacle}`] : [];
      return { ...usual, notes };
    }
    const { detour } = readiness;
    if (detour.addresses.length === 0) return usual;
    if (router !== old) {
      const taken = takingOver(changes, coming(router, changes), natRouters(router), router.tools);
      return { ...usual, changes: taken, putAway: [told('tidy')] };
    }
    const { live } = router;
    return { ...usual, changes: givingUp(changes, detour, live), putAway: puttingAway(detour, live) };
  };
}

/** The addresses that these changes enable, as they are declared. */
function coming({ desired }: Surveyed, changes: readonly Change[]): HeldAddress[] {
  const added = new Set(
    changes.filter(({ kind, action }) => kind === 'address' && action === 'add').map(({ key }) => key),
  );
  return [...desired.floating.values()]
    .filter(({ address }) => added.has(address))
    .map((floating) => ({ ...floating, secondary: false }));
}

function natRouters({ desired }: Surveyed): Set<string> {
  const floating = [...desired.floating.values()].filter(({ role }) => role === 'nat-router');
  return new Set(floating.map(({ address }) => address));
}
