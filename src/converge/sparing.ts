import { LvsError } from '../model/errors.ts';
import type { HeldAddress } from '../model/state.ts';
import { dependedOn } from '../plan/own-addresses.ts';
import { placementOf } from '../plan/placements.ts';
import { readRoutes } from '../router/routes.ts';
import { type Planned, type PlanRequest, planAll } from './planned.ts';
import type { Survey } from './survey.ts';

/**
 * Plans, and plans again without the removal of addresses that a route of their router depends on. A switch moves all addresses
 * or none, and keepalived removes its own by itself: there such an address is an obstacle.
 */
export async function planSparing(survey: Survey, request: PlanRequest): Promise<Planned[]> {
  const planned = await withRoutes(planAll(survey, request));
  if (request.method !== undefined || !planned.some(({ depended }) => depended !== undefined)) {
    return planned.map(withDependedObstacles);
  }
  const routers = survey.routers.map((router, index) => {
    const depended = planned[index]?.depended;
    return depended === undefined ? router : { ...router, depended };
  });
  return planAll({ ...survey, routers }, request).map(withDependedObstacles);
}

/** The same plans, refused if a route depends on an address that they remove. */
export async function refusingDepended(planned: readonly Planned[]): Promise<Planned[]> {
  return (await withRoutes(planned)).map(withDependedObstacles);
}

/** Routes are read only where an address would go. */
async function withRoutes(planned: readonly Planned[]): Promise<Planned[]> {
  return await Promise.all(
    planned.map(async (router) => {
      if (!router.plan.changes.some(({ kind, action }) => kind === 'address' && action !== 'add')) return router;
      const routes = await readRoutes(router.runner, router.name);
      return { ...router, depended: dependedOn(router.live.addresses, routes) };
    }),
  );
}

function withDependedObstacles(router: Planned): Planned {
  const { name, live, plan, depended, obstacles = [] } = router;
  if (depended === undefined) return router;
  const staying = new Set(plan.target.addresses.map(placementOf));
  const going = live.addresses.filter((held) => depended.has(placementOf(held)) && !staying.has(placementOf(held)));
  return { ...router, obstacles: [...obstacles, ...going.map((held) => dependedObstacle(name, held))] };
}

function dependedObstacle(router: string, { address, prefix, device }: HeldAddress): LvsError {
  const message = `a route depends on ${address}/${prefix} on ${device}, which would be removed`;
  return new LvsError('refused', `${router}: ${message}; nothing was run`, {
    details: [{ router, message }],
    hint: `give that route another source or gateway; "ip route show dev ${device}" on ${router} lists it`,
  });
}
