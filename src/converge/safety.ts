import type { Cluster } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { returnPathNotes } from '../model/return-path.ts';
import type { HeldAddress } from '../model/state.ts';
import { desiredOn } from '../plan/desired.ts';
import { electionPlaces } from '../plan/election/places.ts';
import { placementOf } from '../plan/placements.ts';
import type { Connected } from './connect.ts';
import { deviceProblems, devicesToCome } from './devices.ts';
import { rivalsOf } from './election.ts';
import { installedConfig, newerWithRemedy } from './installed-copies.ts';
import type { ForeignEdit } from './kept-files.ts';
import { monitorObstacles } from './monitor.ts';
import type { Planned } from './planned.ts';
import { withdrawnInConflict } from './refusals.ts';

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
    hint: 'two masters would undo each other: stop and disable that service and move its configuration away ("lvs import" takes it over); a keepalived that lvs set up ("engine: keepalived") is stopped first where it is BACKUP, then where it is MASTER, and "lvs apply" enables the addresses again',
  });
}

/** Refuses to replace a copy of the configuration that somebody edited where it was installed. Throws `refused`. */
export function requireOwnCopies(planned: readonly Planned[]): void {
  const edited = planned.flatMap((router) => foreignEdits(router).map((edit) => ({ router: router.name, ...edit })));
  const [first] = edited;
  if (first === undefined) return;
  const details = edited.map(({ router, path, installed }) => ({
    router,
    message: `${path} was edited by another user${installed === null ? '' : `; ${installed}`}`,
  }));
  throw new LvsError('stale', `${first.router}: ${first.path} was not installed by lvs as it is; nothing was run`, {
    details,
    hint: '"lvs diff" shows what would be lost; take it over into your file, or replace theirs with --overwrite',
  });
}

/** The same plans, with a note of what they would be refused for: a preview shows them all the same. */
export function noteForeignEdits(planned: readonly Planned[]): Planned[] {
  return planned.map((router) => {
    const foreign = foreignEdits(router).map(({ path }) => path);
    const copies = copyNotes(router);
    if (foreign.length === 0 && copies.length === 0) return router;
    const edits = foreign.map((path) => `${path} was edited by another user: it is replaced with --overwrite only`);
    const notes = [...router.plan.notes, ...copies, ...edits];
    return { ...router, plan: { ...router.plan, ...(foreign.length > 0 && { foreign }), notes } };
  });
}

/** What a preview says of copies of the configuration that disagree. */
export function copyNotes({ newer, isBehindRecord, unconfirmed }: Planned): string[] {
  return [
    ...(newer == null ? [] : [newerWithRemedy(newer)]),
    ...(unconfirmed == null ? [] : [unconfirmed]),
    ...(isBehindRecord === true
      ? [`${installedConfig} is older than what was installed last: "lvs apply" installs it again`]
      : []),
  ];
}

function foreignEdits({ foreign, conf }: Planned): ForeignEdit[] {
  const election = conf === 'edited' ? [{ path: electionPlaces.config, installed: null }] : [];
  return foreign ? [foreign, ...election] : election;
}

/**
 * Refuses an edit that withdraws addresses while the roles are in conflict, which is when no address is touched. Throws
 * `role-conflict`.
 */
export function requireWithdrawable(planned: readonly Planned[], former: Cluster): void {
  if (planned.every(({ role }) => role !== 'conflict')) return;
  const kept = planned.flatMap(({ router, live, desired }) => {
    const before = desiredOn(former, router);
    const isWithdrawn = (address: string) =>
      before.floating.has(address) || (before.retired.has(address) && !desired.retired.has(address));
    return live.addresses
      .map(({ address }) => address)
      .filter((address) => isWithdrawn(address) && !desired.floating.has(address));
  });
  if (kept.length > 0) throw withdrawnInConflict(planned, [...new Set(kept)]);
}

/**
 * Refuses to enable addresses on devices that are not there, or down, to remove one by which a router is reached, and to drop
 * what a monitor decided that lives.
 */
export function requireFeasible(planned: readonly Planned[]): void {
  const [first] = planned.flatMap((router) => obstaclesOf(router));
  if (first !== undefined) throw first;
}

/** The same plans, with a note of what they would be refused for: a preview shows them all the same. */
export function noteObstacles(planned: readonly Planned[]): Planned[] {
  return planned.map((router) => {
    const notes = obstaclesOf(router).map(
      ({ message, hint }) => `a run would be refused: ${message.replace('; nothing was run', '')} (${hint})`,
    );
    return { ...router, plan: { ...router.plan, notes: [...router.plan.notes, ...notes] } };
  });
}

/** The same plans, with a note for a pair that loses its replies with the first failover. */
export function noteReturnPath(planned: readonly Planned[], cluster: Cluster): Planned[] {
  const notes = returnPathNotes(cluster);
  return planned.map((router, index) =>
    index > 0 ? router : { ...router, plan: { ...router.plan, notes: [...router.plan.notes, ...notes] } },
  );
}

function obstaclesOf(router: Planned): LvsError[] {
  return [
    ...deviceObstacles(router),
    ...wayInObstacles(router),
    ...monitorObstacles(router),
    ...(router.obstacles ?? []),
  ];
}

/** Addresses cannot be enabled on devices that are not there, or down. */
function deviceObstacles({ name, plan, devices }: Planned): LvsError[] {
  return deviceProblems(devicesToCome(plan), devices).map(
    ({ message, hint }) =>
      new LvsError('refused', `${name}: ${message}; nothing was run`, { details: [{ router: name, message }], hint }),
  );
}

/** By these addresses the router is reached: they must not go, not even for the moment that another label takes. */
function wayInObstacles({ name, plan, protected: kept }: Planned): LvsError[] {
  const formOf = (held: HeldAddress) => `${placementOf(held)} ${held.label}`;
  const staying = new Set(plan.target.addresses.map(formOf));
  return plan.live.addresses
    .filter((held) => kept.has(held.address) && !staying.has(formOf(held)))
    .map(
      ({ address }) =>
        new LvsError('refused', `${name} is reached by ${address}, which would be removed or replaced there`, {
          details: [{ router: name, message: `the session or the ssh address is ${address}` }],
          hint: 'log in by the router\'s own address, and give that as "ssh:" in lvs.yaml',
        }),
    );
}
