import type { Cluster, DeclaredRealServer, DeclaredVirtualServer, Load } from '../model/cluster.ts';
import { keyOfRealServer, keyOfVirtualServer, socketAddress } from '../model/identity.ts';
import { parseAgentReply } from '../weights/agent-check.ts';
import { isMonitored } from '../weights/monitored.ts';
import { agentProbe } from './load/agent.ts';
import { loadCommand, SshLoad } from './load/ssh.ts';
import type { Observations } from './observations.ts';
import { probeOf } from './probe-of.ts';
import type { Target } from './probes/timetable.ts';

/** Something to be observed, and what tells it from all others: as long as that stays, so does the target. */
export interface NamedTarget {
  readonly name: string;
  readonly target: Target;
}

/** Readings of load are scattered like checks. */
const loadJitter = 0.1;

/** Seconds; of a reading. */
const loadTimeout = 2;

/** Real servers whose load is read over ssh: one connection each, however many virtual servers they serve. */
export class SshLoads {
  private readonly known = new Map<string, SshLoad>();

  get(destination: string): SshLoad {
    const present = this.known.get(destination);
    if (present !== undefined) return present;
    const made = new SshLoad(loadCommand(destination), { timeout: loadTimeout });
    this.known.set(destination, made);
    return made;
  }

  /** Closes all others. */
  keep(destinations: ReadonlySet<string>): void {
    for (const [destination, load] of this.known) {
      if (destinations.has(destination)) continue;
      load.close();
      this.known.delete(destination);
    }
  }
}

/**
 * All that is to be observed of a cluster. Throws `invalid-input` where a check cannot be set up.
 * @param observations told of what is found
 */
export function targetsOf(cluster: Cluster, observations: Observations, loads: SshLoads): NamedTarget[] {
  return monitored(cluster).flatMap((server) =>
    server.realServers.flatMap((real) => [
      ...checkTarget(server, real, observations),
      ...loadTarget(server, real, observations, loads),
    ]),
  );
}

/** The virtual servers of which anything is to be decided. */
export function monitored({ virtualServers }: Cluster): DeclaredVirtualServer[] {
  return virtualServers.filter(isMonitored);
}

function checkTarget(
  server: DeclaredVirtualServer,
  real: DeclaredRealServer,
  observations: Observations,
): NamedTarget[] {
  const { check } = server;
  if (check === null) return [];
  const place = placeOf(server, real);
  const probe = probeOf(server, real, check);
  const run = async (signal: AbortSignal) => {
    const verdict = await probe(signal);
    if (!signal.aborted) observations.checked(...place, verdict);
  };
  const kind = check.type === 'exec' ? 'exec' : 'socket';
  const target = { interval: check.interval, jitter: check.jitter, kind, run };
  return [{ name: JSON.stringify([...place, check]), target }];
}

function loadTarget(
  server: DeclaredVirtualServer,
  real: DeclaredRealServer,
  observations: Observations,
  loads: SshLoads,
): NamedTarget[] {
  const { load } = server;
  if (load === null) return [];
  const place = placeOf(server, real);
  const ofAgent = 'agent' in load;
  const run = ofAgent
    ? agentReader(place, real, load.agent, observations)
    : sshReader(place, loads.get(sshDestination(real, load)), observations);
  const target = { interval: load.interval, jitter: loadJitter, kind: ofAgent ? 'socket' : 'ssh', run };
  return [{ name: JSON.stringify([...place, load]), target }];
}

function sshReader(place: Place, reader: SshLoad, observations: Observations) {
  return async (signal: AbortSignal) => {
    const { load, ...silence } = await reader.read(signal);
    if (signal.aborted) return;
    if (load === null) observations.silent(...place, 'reason' in silence ? silence.reason : '');
    else observations.measured(...place, { loadAverage: load.load1, processors: load.processors });
  };
}

type Place = readonly [server: string, real: string];

function placeOf(server: DeclaredVirtualServer, real: DeclaredRealServer): Place {
  return [keyOfVirtualServer(server.id), keyOfRealServer(real)];
}

function agentReader(place: Place, { address }: DeclaredRealServer, port: number, observations: Observations) {
  const probe = agentProbe({ address, port, timeout: loadTimeout });
  return async (signal: AbortSignal) => {
    const answer = await probe(signal);
    if (signal.aborted) return;
    const word = answer.line === null ? null : parseAgentReply(`${answer.line}\n`);
    if (word === null) observations.silent(...place, answer.line === null ? answer.reason : 'it said nothing');
    else observations.told(...place, word);
  };
}

/** For ssh(1): `ssh://root@192.168.1.2:2222`, `192.168.1.2`. */
export function sshDestination(
  { address }: DeclaredRealServer,
  { user, port }: Extract<Load, { ssh: string }>,
): string {
  const login = user === null ? '' : `${user}@`;
  return port === null ? `${login}${address}` : `ssh://${login}${socketAddress(address, port)}`;
}

/** Of all real servers whose load is read over ssh. */
export function sshDestinations(cluster: Cluster): Set<string> {
  return new Set(
    monitored(cluster).flatMap(({ load, realServers }) =>
      load === null || 'agent' in load ? [] : realServers.map((real) => sshDestination(real, load)),
    ),
  );
}
