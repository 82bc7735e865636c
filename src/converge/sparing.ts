import { dependedOn } from '../plan/own-addresses.ts';
import { readRoutes } from '../router/routes.ts';
import { type Planned, type PlanRequest, planAll } from './planned.ts';
import type { Survey, Surveyed } from './survey.ts';

/**
 * Plans, and plans again without the removal of addresses that a route of their router depends on: routes are looked at only
 * where an address would go. A switch to the other router moves all of them in any case.
 */
export async function planSparing(survey: Survey, request: PlanRequest): Promise<Planned[]> {
  const planned = planAll(survey, request);
  if (request.method !== undefined || !planned.some(takesAddresses)) return planned;
  const routers = await Promise.all(
    survey.routers.map((router, index) => {
      const plan = planned[index];
      return plan !== undefined && takesAddresses(plan) ? withRoutes(router) : router;
    }),
  );
  return planAll({ ...survey, routers }, request);
}

function takesAddresses({ plan }: Planned): boolean {
  return plan.changes.some(({ kind, action }) => kind === 'address' && action !== 'add');
}

async function withRoutes(router: Surveyed): Promise<Surveyed> {
  const routes = await readRoutes(router.runner, router.name);
  return { ...router, depended: dependedOn(router.live.addresses, routes) };
}
