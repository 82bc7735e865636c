import { familyOf } from '../../model/ip.ts';
import type { Draft } from '../draft.ts';
import { type Path, type Report, wrongValue } from '../mistake.ts';
import { deviceOf, natRoutersOf, placementsOf } from '../placement.ts';
import { longestDeviceName } from '../words/names.ts';
import { disagreement } from './floating.ts';

/** Labels begin with their device's name, also where a router calls it something else, and belong to IPv4 addresses. */
export function checkLabels(draft: Draft, report: Report): void {
  const placements = placementsOf(draft);
  for (const server of draft.virtualServers) {
    const { path, spec, mistaken, floating } = server;
    if (spec.label === undefined) continue;
    const place = [...path, 'label'];
    const device = mistaken.has('device')
      ? null
      : (deviceOf(server, placements) ?? draft.sections.public?.device ?? null);
    checkLabel({ label: spec.label, device, addresses: floating, place }, draft, report);
    const other = floating
      .map((address) => placements.get(address))
      .find((placement) => placement?.label !== spec.label);
    if (other !== undefined) report(disagreement(place, spec.label, `"${other.label}"`, other.labelBy));
  }
  const { device, label } = draft.sections.private ?? {};
  if (device === undefined || label === undefined) return;
  const addresses = natRoutersOf(draft).map(({ address }) => address);
  checkLabel({ label, device, addresses, place: ['private', 'label'] }, draft, report);
}

interface Label {
  readonly label: string;
  /** Null: not known. */
  readonly device: string | null;
  readonly addresses: readonly string[];
  readonly place: Path;
}

function checkLabel({ label, device, addresses, place }: Label, { routers }: Draft, report: Report): void {
  if (!addresses.some((address) => familyOf(address) === 'ipv4')) {
    report(wrongValue(place, label, { allowed: 'a label only for an IPv4 floating address; there is none here' }));
    return;
  }
  if (device === null) return;
  if (!label.startsWith(`${device}:`)) {
    report(wrongValue(place, label, { allowed: `a label that begins with its device, "${device}:"` }));
    return;
  }
  for (const { name, spec } of routers) {
    const renamed = (spec.devices?.[device] ?? device) + label.slice(device.length);
    if (renamed.length <= longestDeviceName) continue;
    const allowed = `at most ${longestDeviceName} characters; on router "${name}" it is "${renamed}"`;
    report(wrongValue(place, label, { allowed }));
  }
}
