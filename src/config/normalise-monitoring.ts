import { isIP } from 'node:net';
import type { Check, DeclaredVirtualServer, HttpCheck, Load, TlsOptions } from '../model/cluster.ts';
import type { DraftVirtualServer } from './draft.ts';
import { portOf } from './identity.ts';
import type { VirtualServerSpec } from './schema/virtual-server.ts';
import { parseEndpoint } from './words/address.ts';
import { parseJitter } from './words/check.ts';
import { parseDuration } from './words/duration.ts';
import { parsedOrNull } from './words/problem.ts';

export function checkOf({ check }: VirtualServerSpec): Check | null {
  if (check === undefined) return null;
  const written = check === 'tcp' ? { tcp: true } : check;
  const pace = {
    interval: parseDuration(written.interval ?? 2) ?? 2,
    timeout: parseDuration(written.timeout ?? 1) ?? 1,
    jitter: parseJitter(written.jitter ?? '10%') ?? 0.1,
    rise: written.rise ?? 2,
    fall: written.fall ?? 3,
  };
  const { exec, dns, port = null } = written;
  if (exec !== undefined) return { type: 'exec', command: [exec].flat(), dynamic: written.dynamic ?? false, ...pace };
  if (dns !== undefined) return { type: 'dns', port, name: dns, record: written.record ?? 'A', ...pace };
  const request = requestOf(written);
  return request === null ? { type: 'tcp', port, ...pace } : { ...request, port, ...pace };
}

type CheckMapping = Exclude<NonNullable<VirtualServerSpec['check']>, string>;

function requestOf(
  written: CheckMapping,
): Pick<HttpCheck, 'type' | 'path' | 'host' | 'status' | 'body' | 'tls'> | null {
  const { http, https, host = null, status = null, body = null } = written;
  if (https !== undefined) return { type: 'https', path: https, host, status, body, tls: tlsOf(written) };
  return http === undefined ? null : { type: 'http', path: http, host, status, body, tls: null };
}

function tlsOf(written: CheckMapping): TlsOptions {
  const { 'tls-name': name = nameWithin(written.host ?? ''), ca = null, verify = true } = written;
  return { name, ca, verify };
}

/** The Host header's name without its port; null where it is an address, which has no place in SNI. */
function nameWithin(host: string): string | null {
  const name = host.replace(/:\d+$/, '');
  return name === '' || name.startsWith('[') || isIP(host) !== 0 || isIP(name) !== 0 ? null : name;
}

export function loadOf({ load }: VirtualServerSpec): Load | null {
  if (load === undefined) return null;
  const { agent, user = null, port = null, interval } = load;
  // The kernel renews load averages every 5 s.
  const usual = agent === undefined ? 5 : 2;
  const seconds = parseDuration(interval ?? usual) ?? usual;
  return agent === undefined ? { ssh: 'uptime', user, port, interval: seconds } : { agent, interval: seconds };
}

export function sorryServerOf(server: DraftVirtualServer): DeclaredVirtualServer['sorryServer'] {
  const written = server.spec['sorry-server'];
  const endpoint = written === undefined ? null : parsedOrNull(parseEndpoint(written));
  return endpoint && { address: endpoint.address, port: endpoint.port ?? portOf(server) };
}
