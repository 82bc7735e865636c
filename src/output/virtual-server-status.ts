import type { InspectedRouter } from '../converge/inspect.ts';
import type { Counters } from '../grammar/statistics.ts';
import type { DeclaredRealServer, DeclaredVirtualServer } from '../model/cluster.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../model/identity.ts';
import type { Decision } from '../weights/decisions.ts';
import { kernelFactor } from '../weights/kernel-weight.ts';
import { isMonitored } from '../weights/monitored.ts';
import { whyDegraded } from './degraded.ts';

export interface VirtualServerStatus {
  readonly name: string;
  readonly key: string;
  readonly scheduler: string;
  readonly state: 'enabled' | 'disabled' | 'missing';
  /** How many changes "lvs apply" would make for it, on all routers. */
  readonly drift: number;
  /** Why it does not serve as it should; null: nothing is known to be wrong. */
  readonly degraded: string | null;
  /** Of the kernel's table, all its real servers together; what the kernel has no number of is 0. */
  readonly activeConnections: number;
  readonly inactiveConnections: number;
  /** A second, as the kernel estimates it; where it was read. */
  readonly rates?: Counters;
  /** How many of the kernel's weight make one of the configured: 100 with `load:`, otherwise 1. */
  readonly weightFactor: number;
  readonly realServers: readonly RealServerStatus[];
}

export interface RealServerStatus {
  readonly address: string;
  /**
   * `unmanaged` is in the kernel and not declared, `missing` the other way round; `removed` is not there for the monitor
   * decided so, and `sorry` is the sorry server where it stands in for the others.
   */
  readonly state: 'enabled' | 'drain' | 'missing' | 'unmanaged' | 'removed' | 'sorry';
  /** As configured; null where it is not declared. */
  readonly weight: number | null;
  /** The same. */
  readonly configuredWeight: number | null;
  /** In the kernel of the active router; null where it is not there. */
  readonly effectiveWeight: number | null;
  /** For the kernel, where the monitor decided it, a drain included; null: it is not to be there. */
  readonly decidedWeight?: number | null;
  /** By its checks; `unknown` where no monitor has said anything. Only where checks or load are declared. */
  readonly health?: Decision['health'];
  /** What its own agent asks for besides a weight, where it does. */
  readonly agent?: NonNullable<Decision['agent']>;
  /** Why the monitor decided so. */
  readonly reason?: string;
  readonly activeConnections: number;
  readonly inactiveConnections: number;
  /** With `--stats`. */
  readonly counters?: Counters;
  /** A second, as the kernel estimates it; where it was read. */
  readonly rates?: Counters;
}

/**
 * @param router whose kernel counts; none where no router was reached
 * @param drift how many changes apply would make for it
 */
export function virtualServerStatus(
  server: DeclaredVirtualServer,
  router: InspectedRouter | undefined,
  drift: number,
): VirtualServerStatus {
  const key = keyOfVirtualServer(server.id);
  const listed = router?.traffic?.listing.get(key)?.realServers;
  const declared = new Map(server.realServers.map((real) => [keyOfRealServer(real), real]));
  const desired = router?.desired.get(key)?.realServers;
  const keys = new Set([...declared.keys(), ...(desired?.keys() ?? []), ...(listed?.keys() ?? [])]);
  const counters = router?.traffic?.statistics?.get(key)?.realServers;
  const rates = router?.traffic?.rates?.get(key);
  const realServers = [...keys].map((address): RealServerStatus => {
    const live = listed?.get(address);
    const counted = counters?.get(address);
    const rated = rates?.realServers.get(address);
    return {
      address,
      state: stateOf(
        declared.get(address),
        router === undefined || desired?.has(address) === true,
        live !== undefined || !server.enabled,
      ),
      weight: declared.get(address)?.weight ?? null,
      configuredWeight: declared.get(address)?.weight ?? null,
      effectiveWeight: live?.weight ?? null,
      ...(declared.has(address) && decisionStatus(server, address, router)),
      activeConnections: live?.activeConnections ?? 0,
      inactiveConnections: live?.inactiveConnections ?? 0,
      ...(counted !== undefined && { counters: counted }),
      ...(rated !== undefined && { rates: rated }),
    };
  });
  const state = server.enabled ? (listed === undefined ? 'missing' : 'enabled') : 'disabled';
  return {
    name: server.name,
    key,
    scheduler: server.scheduler,
    state,
    drift,
    degraded: degradedBy(server.name, state, realServers, router),
    activeConnections: sum(realServers.map(({ activeConnections }) => activeConnections)),
    inactiveConnections: sum(realServers.map(({ inactiveConnections }) => inactiveConnections)),
    ...(rates !== undefined && { rates: rates.total }),
    weightFactor: kernelFactor(server),
    realServers,
  };
}

function degradedBy(
  name: string,
  state: VirtualServerStatus['state'],
  realServers: readonly RealServerStatus[],
  router: InspectedRouter | undefined,
): string | null {
  if (state === 'enabled') return whyDegraded(name, realServers);
  return state === 'missing' && router !== undefined ? `${name}: ${router.name} does not have it in its kernel` : null;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function stateOf(
  declared: DeclaredRealServer | undefined,
  desired: boolean,
  present: boolean,
): RealServerStatus['state'] {
  if (!present) return desired || declared === undefined ? 'missing' : 'removed';
  if (declared === undefined) return desired ? 'sorry' : 'unmanaged';
  return declared.drain ? 'drain' : 'enabled';
}

function decisionStatus(
  server: DeclaredVirtualServer,
  address: string,
  router: InspectedRouter | undefined,
): Pick<RealServerStatus, 'decidedWeight' | 'health' | 'agent' | 'reason'> {
  if (!isMonitored(server)) return {};
  const key = keyOfVirtualServer(server.id);
  const decision = router?.monitor?.decisions?.virtualServers.get(key)?.realServers.get(address);
  if (decision === undefined) return { health: 'unknown' };
  const decidedWeight = router?.desired.get(key)?.realServers.get(address)?.weight ?? null;
  const { health, agent, reason } = decision;
  return { decidedWeight, health, ...(agent !== null && { agent }), reason };
}
