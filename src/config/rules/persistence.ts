import { familyOf } from '../../model/ip.ts';
import type { DraftVirtualServer } from '../draft.ts';
import { idOf } from '../identity.ts';
import { type Report, wrongValue } from '../mistake.ts';
import { parseNetmask } from '../words/netmask.ts';
import { parsedOrNull } from '../words/problem.ts';

/** What needs `persistent`, and a netmask that suits the family. */
export function checkPersistence(server: DraftVirtualServer, report: Report): void {
  const { path, spec, mistaken, address } = server;
  const persistent = spec.persistent !== undefined || mistaken.has('persistent');
  if (!persistent) {
    if ('port' in address && address.port === 0) {
      const allowed = 'a port from 1 to 65535; port 0, all ports, needs persistent';
      report(wrongValue([...path, 'address'], spec.address, { allowed }));
    }
    for (const key of ['netmask', 'persistence-engine'] as const)
      if (spec[key] !== undefined)
        report(wrongValue([...path, key], spec[key], { allowed: `${key} only with persistent` }));
  }
  checkNetmask(server, report);
}

function checkNetmask(server: DraftVirtualServer, report: Report): void {
  const written = server.spec.netmask;
  const netmask = written === undefined ? null : parsedOrNull(parseNetmask(written));
  if (netmask === null) return;
  const id = idOf(server);
  const ipv6 = 'address' in id ? familyOf(id.address) === 'ipv6' : id.family === 'ipv6';
  const place = [...server.path, 'netmask'];
  if (ipv6 && netmask.dotted)
    report(wrongValue(place, written, { allowed: 'a prefix length from 1 to 128, since this is IPv6' }));
  if (!ipv6 && netmask.prefix > 32)
    report(wrongValue(place, written, { allowed: 'a prefix length from 1 to 32, since this is IPv4' }));
}
