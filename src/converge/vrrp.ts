import { readFirewall } from '../doctor/facts/firewall.ts';
import { vrrpFindings } from '../doctor/findings/firewall.ts';
import type { Finding } from '../doctor/model/finding.ts';
import type { Cluster } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { electionPlaces } from '../plan/election/places.ts';
import { orLost } from '../router/lost.ts';
import type { Planned } from './planned.ts';
import type { Surveyed } from './survey.ts';

/** What firewalls do to VRRP, by router. */
export async function readVrrpFindings(
  cluster: Cluster,
  routers: readonly Surveyed[],
): Promise<Map<Surveyed, readonly Finding[]>> {
  const filtered = await Promise.all(
    routers.map(async (surveyed) => {
      const { name, router, desired, live: state, runner } = surveyed;
      const firewall = await orLost(name, 'read-failed', readFirewall(runner));
      return { surveyed, name, router, desired, state, firewall };
    }),
  );
  return new Map(filtered.map((each) => [each.surveyed, vrrpFindings(each, { cluster, routers: filtered })]));
}

/**
 * The same plans, with what a firewall would do to keepalived: routers that do not hear each other both become master. A rule
 * that is certain to drop VRRP is an obstacle, unless the run is forced; what is not known is a note.
 *
 * @param always also if keepalived runs already
 */
export async function withVrrp(
  planned: readonly Planned[],
  cluster: Cluster,
  { force = false, always = false }: { readonly force?: boolean; readonly always?: boolean },
): Promise<Planned[]> {
  const isAsked = always ? planned.some(({ plan }) => plan.changes.length > 0) : planned.some(startsKeepalived);
  if (cluster.failover.engine !== 'keepalived' || planned.length < 2 || !isAsked) return [...planned];
  const findings = await readVrrpFindings(cluster, planned);
  return planned.map((router) => {
    const found = findings.get(router) ?? [];
    const certain = force ? [] : found.filter(({ severity }) => severity === 'problem');
    const notes = found.filter((finding) => !certain.includes(finding)).map(({ what, mend }) => `${what}: ${mend}`);
    const plan = { ...router.plan, notes: [...router.plan.notes, ...notes] };
    const obstacles = certain.map((finding) => obstacle(router.name, finding, always));
    return { ...router, plan, obstacles: [...(router.obstacles ?? []), ...obstacles] };
  });
}

/** Whether a run starts keepalived on this router. */
export function startsKeepalived({ election, plan }: Planned): boolean {
  return election === 'not running' && plan.changes.some(({ key }) => key === electionPlaces.config);
}

/** @param isForcible whether the command has a `--force` */
function obstacle(router: string, { what, why, mend }: Finding, isForcible: boolean): LvsError {
  return new LvsError('refused', `${router}: ${what}; nothing was run`, {
    details: [{ router, message: `${what}: ${why}` }],
    hint: `on ${router}: ${mend}${isForcible ? '; to go on all the same, repeat the command with --force' : ''}`,
  });
}
