import type { Check, DeclaredVirtualServer, Load } from '../model/cluster.ts';
import type { DraftVirtualServer } from './draft.ts';
import { portOf } from './identity.ts';
import type { VirtualServerSpec } from './schema/virtual-server.ts';
import { parseEndpoint } from './words/address.ts';
import { parseDuration } from './words/duration.ts';
import { parsedOrNull } from './words/problem.ts';

export function checkOf({ check }: VirtualServerSpec): Check | null {
  if (check === undefined) return null;
  const written = check === 'tcp' ? { tcp: true } : check;
  return {
    ...subjectOf(written),
    status: written.status ?? null,
    interval: parseDuration(written.interval ?? 2) ?? 2,
    timeout: parseDuration(written.timeout ?? 1) ?? 1,
    rise: written.rise ?? 2,
    fall: written.fall ?? 3,
  };
}

type CheckMapping = Exclude<NonNullable<VirtualServerSpec['check']>, string>;

function subjectOf({ http, https, exec }: CheckMapping): Pick<Check, 'type' | 'path' | 'command'> {
  if (exec !== undefined) return { type: 'exec', path: null, command: [exec].flat() };
  if (https !== undefined) return { type: 'https', path: https, command: null };
  return http === undefined ? { type: 'tcp', path: null, command: null } : { type: 'http', path: http, command: null };
}

export function loadOf({ load }: VirtualServerSpec): Load | null {
  if (load === undefined) return null;
  return load.agent === undefined ? { ssh: 'uptime' } : { agent: load.agent };
}

export function sorryServerOf(server: DraftVirtualServer): DeclaredVirtualServer['sorryServer'] {
  const written = server.spec['sorry-server'];
  const endpoint = written === undefined ? null : parsedOrNull(parseEndpoint(written));
  return endpoint && { address: endpoint.address, port: endpoint.port ?? portOf(server) };
}
