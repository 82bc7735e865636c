import { hostname } from 'node:os';
import type { Cluster, Router } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { agentCommand } from '../router/connection.ts';
import { routerNamed, thisRouter } from '../router/locate.ts';
import { RenewableRunner } from '../router/renewable.ts';
import { type Facts, type Hurry, type Runner, SessionLost } from '../router/runner.ts';
import { Session } from '../router/session.ts';
import { byHand, explainLoss } from '../router/why-lost.ts';

/** Makes the way to a router; null is this machine, of which the configuration says nothing. */
export type Connect = (router: Router | null, local: boolean) => Runner;

export const openSession: Connect = (router, local) => new Session(agentCommand(router, local), nameOf(router));

function nameOf(router: Router | null): string {
  return router?.name ?? hostname();
}

export interface Connected {
  readonly name: string;
  readonly router: Router | null;
  readonly local: boolean;
  readonly runner: RenewableRunner;
  readonly facts: Facts;
}

export interface Attempt {
  readonly destination: string;
  readonly reason: string;
  /** A line for a shell that fixes it, or shows more. */
  readonly remedy: string;
}

export interface Unreachable {
  readonly name: string;
  readonly router: Router;
  /** What ssh said; with several destinations of each. */
  readonly reason: string;
  /** What ssh said of each destination. */
  readonly attempts: readonly Attempt[];
}

export function unreachable(router: Router, reason: string): Unreachable {
  const attempts = router.ssh.map((destination) => attempt(destination, reason));
  return { name: router.name, router, reason, attempts };
}

export interface Connections {
  readonly connected: readonly Connected[];
  readonly unreachable: readonly Unreachable[];
}

const programs = ['ipvsadm', 'ip', 'arping', 'xargs', 'flock', 'sysctl'];

/** How long routers have to answer when a run is interrupted. */
export interface Interruption {
  readonly signal: AbortSignal;
  hurry(): Hurry;
}

/** Does something with a session to every router, or to the one called `on`, and ends them. */
export async function withConnections<T>(
  cluster: Cluster,
  on: string | null,
  connect: Connect,
  work: (connections: Connections) => Promise<T>,
  interruption?: Interruption,
): Promise<T> {
  const runners = new Set<Runner>();
  const hurryAll = () => {
    for (const runner of runners) if (interruption !== undefined) runner.hurry(interruption.hurry());
  };
  interruption?.signal.addEventListener('abort', hurryAll);
  const connections = await connectRouters(cluster, on, (router, local) => {
    const runner = connect(router, local);
    runners.add(runner);
    if (interruption?.signal.aborted === true) runner.hurry(interruption.hurry());
    return runner;
  });
  for (const { runner } of connections.connected) runners.add(runner);
  try {
    return await work(connections);
  } finally {
    interruption?.signal.removeEventListener('abort', hurryAll);
    await disconnect(connections);
  }
}

/** Side by side. Throws only where `on` is no router. */
async function connectRouters(cluster: Cluster, on: string | null, connect: Connect): Promise<Connections> {
  const outcomes = await Promise.all(
    routersWanted(cluster, on).map((router) => connectRouter(cluster, router, connect)),
  );
  return {
    connected: outcomes.filter((outcome) => 'runner' in outcome),
    unreachable: outcomes.filter((outcome) => 'reason' in outcome),
  };
}

/** All routers, or the one called `on`; null is this machine, of which the configuration says nothing. Throws where it is none. */
export function routersWanted(cluster: Cluster, on: string | null): readonly (Router | null)[] {
  if (on !== null) return [routerNamed(cluster, on, '--on')];
  return cluster.routers.length === 0 ? [null] : cluster.routers;
}

/** A session to one router, or why there is none. */
export function connectRouter(
  cluster: Cluster,
  router: Router | null,
  connect: Connect,
): Promise<Connected | Unreachable> {
  const needed = cluster.failover.engine === 'keepalived' ? [...programs, 'keepalived'] : programs;
  return connectTo(router, router === thisRouter(cluster), connect, needed);
}

async function connectTo(
  router: Router | null,
  local: boolean,
  connect: Connect,
  needed: readonly string[],
): Promise<Connected | Unreachable> {
  const attempts: Attempt[] = [];
  for (const [open, ...others] of waysTo(router, local, connect)) {
    const runner = new RenewableRunner(open, ...others);
    try {
      const facts = await runner.facts(needed);
      return { name: nameOf(router), router, local: local || router === null, runner, facts };
    } catch (error) {
      if (!(error instanceof SessionLost)) throw error;
      if (router === null)
        throw new LvsError('read-failed', `no shell can be started on this machine: ${error.message}`);
      await runner.close();
      attempts.push(attempt(router.ssh[attempts.length] ?? '', error.message, error.said));
    }
  }
  if (router === null) throw new TypeError('this machine needs no way');
  return { name: router.name, router, reason: wordsOf(attempts), attempts };
}

type Ways = readonly [() => Runner, ...(() => Runner)[]];

/** For each destination of a router: it, and then the others. */
function waysTo(router: Router | null, local: boolean, connect: Connect): readonly Ways[] {
  if (router === null || local) return [[() => connect(router, local)]];
  const to = (index: number) => () =>
    connect({ ...router, ssh: [...router.ssh.slice(index), ...router.ssh.slice(0, index)] }, false);
  return router.ssh.map((_, first): Ways => {
    const others = router.ssh.slice(1).map((_, index) => to((first + 1 + index) % router.ssh.length));
    return [to(first), ...others];
  });
}

/** @param said all of what `reason` is the end of */
function attempt(destination: string, reason: string, said = reason): Attempt {
  const explained = explainLoss(said, destination);
  if (explained === null) return { destination, reason, remedy: byHand({ destination }) };
  const { meaning, remedy } = explained;
  return { destination, reason: meaning === null ? reason : `${reason.replace(/\.$/, '')}: ${meaning}`, remedy };
}

/** What to try first: of several ways that are closed, the one that was tried first. */
export function remedyFor({ attempts, router }: Unreachable): string {
  return attempts[0]?.remedy ?? byHand({ destination: router.ssh[0] ?? router.name });
}

function wordsOf(attempts: readonly Attempt[]): string {
  const [first] = attempts;
  if (attempts.length === 1 && first !== undefined) return first.reason;
  return attempts.map(({ destination, reason }) => `${destination}: ${reason}`).join('; ');
}

/** Ends all sessions, and with them their locks. */
async function disconnect({ connected }: Connections): Promise<void> {
  await Promise.allSettled(connected.map(({ runner }) => runner.close()));
}
