import { paintFor } from '../../../src/output/paint.ts';
import type { RouterStatus, StatusDocument } from '../../../src/output/status-document.ts';
import { summaryOf } from '../../../src/output/status-summary.ts';
import { plainView } from '../../../src/output/view.ts';
import type { RealServerStatus, VirtualServerStatus } from '../../../src/output/virtual-server-status.ts';

/** No colours, no width. */
export const plain = plainView(paintFor({}, false));

/** A real server with weight 1 that serves, unless told otherwise. */
export function real(address: string, about: Partial<RealServerStatus> = {}): RealServerStatus {
  const idle = { activeConnections: 0, inactiveConnections: 0 };
  return { address, state: 'enabled', weight: 1, configuredWeight: 1, effectiveWeight: 1, ...idle, ...about };
}

/** A virtual server that is as declared, unless told otherwise. */
export function server(
  name: string,
  realServers: readonly RealServerStatus[],
  about: Partial<VirtualServerStatus> = {},
): VirtualServerStatus {
  const total = (key: 'activeConnections' | 'inactiveConnections') =>
    realServers.reduce((sum, each) => sum + each[key], 0);
  return {
    name,
    key: `tcp://10.0.0.1:${[...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 65_536}`,
    scheduler: 'wlc',
    state: 'enabled',
    drift: 0,
    degraded: null,
    activeConnections: total('activeConnections'),
    inactiveConnections: total('inactiveConnections'),
    weightFactor: 1,
    realServers,
    ...about,
  };
}

export const pair: readonly RouterStatus[] = [
  { name: 'lvs1', role: 'active', addresses: ['1.2.3.1', '192.168.1.254'], drift: 0, unmanaged: [] },
  { name: 'lvs2', role: 'backup', addresses: [], drift: 0, unmanaged: [] },
];

/** What `lvs status` says of these. */
export function status(
  virtualServers: readonly VirtualServerStatus[],
  about: Partial<StatusDocument> = {},
): StatusDocument {
  const degraded = virtualServers.flatMap((each) => (each.degraded === null ? [] : [each.degraded]));
  const { drifting = [] } = about;
  return {
    version: 1,
    config: { file: 'lvs.yaml' },
    routers: pair,
    virtualServers,
    summary: summaryOf(virtualServers),
    critical: [],
    degraded,
    faults: [...degraded, ...drifting],
    drifting,
    notes: [],
    ...about,
  };
}

/** A second. */
export function rates(connections: number, bytesIn = 0, bytesOut = 0) {
  return { connections, packetsIn: 0, packetsOut: 0, bytesIn, bytesOut };
}
