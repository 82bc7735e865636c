import type { Cluster } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { electionPlaces } from '../plan/election/places.ts';
import { placementOf } from '../plan/placements.ts';
import type { Connected } from './connect.ts';
import { deviceProblems } from './devices.ts';
import { rivalsOf } from './election.ts';
import type { Planned } from './planned.ts';

/** What must be there on every router before anything is read or run. Throws `refused` naming the router and the package. */
export function requireTools(routers: readonly Connected[]): void {
  const lacking = routers.filter(({ facts }) => facts.missing.length > 0);
  if (lacking.length === 0) return;
  const details = lacking.map(({ name, facts }) => ({ router: name, message: `missing: ${facts.missing.join(', ')}` }));
  throw new LvsError('refused', `${lacking.map(({ name }) => name).join(', ')}: programs are missing`, {
    details,
    hint: 'on Debian: apt-get install ipvsadm iproute2 iputils-arping procps util-linux, and keepalived where that is the engine',
  });
}

/** Refuses to work beside others who move the addresses or write the rules. Throws `rival`. */
export function requireNoRivals(cluster: Cluster, routers: readonly Connected[]): void {
  const found = routers.flatMap(({ name, facts }) => {
    const rivals = rivalsOf(cluster, facts);
    return rivals.length === 0 ? [] : [{ name, rivals }];
  });
  if (found.length === 0) return;
  const details = found.map(({ name, rivals }) => ({ router: name, message: `found: ${rivals.join(', ')}` }));
  throw new LvsError('rival', `${details.map(({ router, message }) => `${router}: ${message}`).join('; ')}`, {
    details,
    hint: 'two masters would undo each other: stop and disable that service and move its configuration away; a keepalived that lvs set up ("engine: keepalived") is stopped first where it is BACKUP, then where it is MASTER, and "lvs apply" enables the addresses again',
  });
}

/** Refuses to replace a copy of the configuration that somebody edited where it was installed. Throws `refused`. */
export function requireOwnCopies(planned: readonly Planned[]): void {
  const edited = planned.flatMap(({ name, foreign, conf }) => [
    ...(foreign ? [{ router: name, ...foreign }] : []),
    ...(conf === 'edited' ? [{ router: name, path: electionPlaces.config, installed: null }] : []),
  ]);
  const [first] = edited;
  if (first === undefined) return;
  const details = edited.map(({ router, path, installed }) => ({
    router,
    message: `${path} is somebody else's edit${installed === null ? '' : `; ${installed}`}`,
  }));
  throw new LvsError('stale', `${first.router}: ${first.path} was not installed by lvs as it is; nothing was run`, {
    details,
    hint: '"lvs diff" shows what would be lost; take it over into your file, or replace theirs with --overwrite',
  });
}

/** Refuses to enable addresses on devices that are not there, or down. Throws `refused`. */
export function requireDevices(planned: readonly Planned[]): void {
  for (const { name, plan, devices } of planned) {
    const held = new Set(plan.live.addresses);
    const needed = new Set(plan.target.addresses.filter((address) => !held.has(address)).map(({ device }) => device));
    const problem = deviceProblems(needed, devices)[0];
    if (problem === undefined) continue;
    throw new LvsError('refused', `${name}: ${problem.message}; nothing was run`, {
      details: [{ router: name, message: problem.message }],
      hint: problem.hint,
    });
  }
}

/** Refuses to remove an address by which the router is reached. Throws `refused`. */
export function requireWayIn(planned: readonly Planned[]): void {
  for (const { name, plan, protected: kept } of planned) {
    const staying = new Set(plan.target.addresses.map(placementOf));
    const cut = plan.live.addresses.find((held) => kept.has(held.address) && !staying.has(placementOf(held)));
    if (cut === undefined) continue;
    throw new LvsError('refused', `${name} is reached by ${cut.address}, which would be removed or replaced there`, {
      details: [{ router: name, message: `the session or the ssh address is ${cut.address}` }],
      hint: 'log in by the router\'s own address, and give that as "ssh:" in lvs.yaml',
    });
  }
}
