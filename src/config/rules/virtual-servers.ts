import { keyOfVirtualServer } from '../../model/identity.ts';
import { familyOf } from '../../model/ip.ts';
import type { Draft, DraftVirtualServer } from '../draft.ts';
import { idOf } from '../identity.ts';
import { type Report, wrongValue } from '../mistake.ts';

/** Each virtual server by itself, without its real servers; and no two with one triplet. */
export function checkVirtualServers({ virtualServers }: Draft, report: Report): void {
  const byTriplet = new Map<string, string>();
  for (const server of virtualServers) {
    checkFamily(server, report);
    checkOnePacket(server, report);
    checkFlags(server, report);
    const triplet = keyOfVirtualServer(idOf(server));
    const other = byTriplet.get(triplet);
    const allowed = `an address of its own: virtual server "${other}" has ${triplet} already`;
    if (other === undefined) byTriplet.set(triplet, server.name);
    else report(wrongValue([...server.path, 'address'], server.spec.address, { allowed }));
  }
}

function checkFamily({ path, spec, mistaken, address, floating }: DraftVirtualServer, report: Report): void {
  const wrong = (key: 'address' | 'floating' | 'family', allowed: string) =>
    report(wrongValue([...path, key], spec[key], { allowed }));
  if ('address' in address) {
    if (spec.floating !== undefined) wrong('floating', 'floating with firewall marks alone; here address says it all');
    if (spec.family !== undefined) wrong('family', 'family with firewall marks alone; here address says it all');
    return;
  }
  const [family, ...others] = new Set(floating.map(familyOf));
  if (others.length > 0) wrong('floating', 'addresses of one family for one mark');
  if (new Set(floating).size < floating.length) wrong('floating', 'each address once');
  if (spec.family !== undefined && others.length === 0 && family !== undefined && family !== spec.family)
    wrong('family', `${family}, since the floating addresses are`);
  const unsaid = spec.floating === undefined && spec.family === undefined;
  if (unsaid && !mistaken.has('floating') && !mistaken.has('family'))
    wrong('address', 'a firewall mark with floating, or with family where no address floats');
}

function checkOnePacket({ path, spec, address }: DraftVirtualServer, report: Report): void {
  if (spec['one-packet'] !== true || !('protocol' in address) || address.protocol === 'udp') return;
  const allowed = `false for ${address.protocol.toUpperCase()}; one-packet needs UDP or a firewall mark`;
  report(wrongValue([...path, 'one-packet'], true, { allowed }));
}

/** The numbered flags that ipvsadm prints for a scheduler with flags of its own; flag-3 it prints as nothing. */
function checkFlags({ path, spec, mistaken }: DraftVirtualServer, report: Report): void {
  if (mistaken.has('scheduler')) return;
  const scheduler = spec.scheduler ?? 'wlc';
  for (const [index, flag] of (spec.flags ?? []).entries()) {
    const owner = flag.startsWith('flag-') ? null : flag.slice(0, 2);
    const place = [...path, 'flags', index];
    if (owner !== null && owner !== scheduler)
      report(wrongValue(place, flag, { allowed: `flags of scheduler ${scheduler}; this one belongs to ${owner}` }));
    const allowed = `${scheduler}-fallback, ${scheduler}-port`;
    const hint = 'ipvsadm cannot save and restore it under this scheduler';
    if (flag === 'flag-3' && ['sh', 'mh'].includes(scheduler)) report(wrongValue(place, flag, { allowed, hint }));
  }
}
