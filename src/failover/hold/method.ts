import type { Method } from '../../converge/planned.ts';
import { holdsAny, type Surveyed } from '../../converge/survey.ts';
import type { Change } from '../../plan/change.ts';
import { givingUp, puttingAway, takingOver } from './changes.ts';
import { holdDevice, sweep } from './commands.ts';
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
    const usual = { changes: swept(router, changes), putAway: [], notes: [] };
    if (readiness === null || changes.length === 0) return usual;
    if ('obstacle' in readiness) {
      const notes = router === old ? [`new connections are not held back: ${readiness.obstacle}`] : [];
      return { ...usual, notes };
    }
    const { detour } = readiness;
    if (detour.addresses.length === 0) return usual;
    if (router !== old) return { ...usual, changes: swept(router, takingOver(changes, natRouters(router))) };
    const { live } = router;
    return { ...usual, changes: swept(router, givingUp(changes, detour, live)), putAway: puttingAway(detour, live) };
  };
}

/** The changes, and before them what removes the remains of a run that died. */
function swept({ devices, desired }: Surveyed, changes: readonly Change[]): Change[] {
  const [first, ...others] = changes;
  if (first === undefined || !devices.has(holdDevice)) return [...changes];
  const arriving = [...desired.floating.values()].filter(({ role }) => role === 'virtual-server');
  const commands = [...sweep([...new Set(arriving.map(({ device }) => device))]), ...first.commands];
  return [{ ...first, commands }, ...others];
}

function natRouters({ desired }: Surveyed): Set<string> {
  const floating = [...desired.floating.values()].filter(({ role }) => role === 'nat-router');
  return new Set(floating.map(({ address }) => address));
}
