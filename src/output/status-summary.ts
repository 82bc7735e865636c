import type { Counters } from '../grammar/statistics.ts';
import { isDown, isServing } from './degraded.ts';
import type { VirtualServerStatus } from './virtual-server-status.ts';

/** Numbers about a cluster, disabled virtual servers aside. */
export interface StatusSummary {
  readonly virtualServers: number;
  readonly disabled: number;
  /** Places in virtual servers: a machine that serves in two counts twice. */
  readonly realServers: number;
  /** Of these, those that take new connections, that do not work, and that are drained. */
  readonly serving: number;
  readonly down: number;
  readonly drained: number;
  readonly activeConnections: number;
  readonly inactiveConnections: number;
  /** A second; where they were read. */
  readonly rates?: Counters;
}

export function summaryOf(all: readonly VirtualServerStatus[]): StatusSummary {
  const servers = all.filter(({ state }) => state !== 'disabled');
  const reals = servers.flatMap(({ realServers }) => realServers);
  const total = (number: (server: VirtualServerStatus) => number) =>
    servers.reduce((sum, server) => sum + number(server), 0);
  const rate = (name: keyof Counters) => total(({ rates }) => rates?.[name] ?? 0);
  return {
    virtualServers: servers.length,
    disabled: all.length - servers.length,
    realServers: reals.length,
    serving: reals.filter(isServing).length,
    down: reals.filter(isDown).length,
    drained: reals.filter(({ state }) => state === 'drain').length,
    activeConnections: total(({ activeConnections }) => activeConnections),
    inactiveConnections: total(({ inactiveConnections }) => inactiveConnections),
    ...(servers.some(({ rates }) => rates !== undefined) && {
      rates: {
        connections: rate('connections'),
        packetsIn: rate('packetsIn'),
        packetsOut: rate('packetsOut'),
        bytesIn: rate('bytesIn'),
        bytesOut: rate('bytesOut'),
      },
    }),
  };
}
