import type { Cluster } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import type { Role } from '../plan/roles.ts';
import { routerNamed } from '../router/locate.ts';

/** What can be said before any router is asked. Throws `invalid-input`, and `not-found` where no router has that name. */
export function requirePair(cluster: Cluster, named: string | null): void {
  if (cluster.routers.length < 2) {
    throw new LvsError('invalid-input', 'there is no other router: a failover needs two in "routers:"', {
      hint: 'declare both routers in lvs.yaml',
    });
  }
  if (named !== null) routerNamed(cluster, named, '--to');
}

/**
 * The router that a failover makes active: the one named, else the one that is not active now. Throws where there is no
 * other router, or where it cannot be told which is meant.
 */
export function targetOf(cluster: Cluster, roles: ReadonlyMap<string, Role>, named: string | null): string {
  requirePair(cluster, named);
  if (named !== null) return named;
  const namesOf = (role: Role) => cluster.routers.map(({ name }) => name).filter((name) => roles.get(name) === role);
  const [active] = namesOf('active');
  const others = cluster.routers.map(({ name }) => name).filter((name) => name !== active);
  const [other] = others;
  if (active !== undefined && other !== undefined) return other;
  const reachable = cluster.routers.filter(({ name }) => roles.get(name) !== 'unreachable');
  const choices = reachable.map(({ name }) => `"--to ${name}"`).join(' or ');
  const conflict = namesOf('conflict').length > 0;
  const reason = conflict
    ? 'both routers have floating addresses'
    : 'no router is known to hold the floating addresses';
  throw new LvsError(conflict ? 'role-conflict' : 'refused', `${reason}: say which is to be active`, {
    hint: `choose with ${choices}`,
  });
}
