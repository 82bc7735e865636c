import { type Draft, type DraftVirtualServer, sshPath } from '../draft.ts';
import { type Mistake, type Path, type Report, wrongValue } from '../mistake.ts';
import { deviceOf, natRoutersOf, type Placement, placementsOf } from '../placement.ts';
import { unusableAddress } from '../words/address.ts';

/** The floating addresses: usable ones, each in one place, and none that a router is reached by. */
export function checkFloatingAddresses(draft: Draft, report: Report): void {
  const placements = placementsOf(draft);
  const natRouters = new Set(natRoutersOf(draft).map(({ address }) => address));
  for (const [index, { address }] of natRoutersOf(draft).entries()) {
    const list = Array.isArray(draft.sections.private?.['nat-router']);
    checkUsable(address, ['private', 'nat-router', ...(list ? [index] : [])], report);
  }
  for (const server of draft.virtualServers) {
    const place = [...server.path, 'address' in server.address ? 'address' : 'floating'];
    for (const address of server.floating) {
      checkUsable(address, place, report);
      if (natRouters.has(address))
        report(wrongValue(place, address, { allowed: 'an address that is not the NAT router address already' }));
    }
    checkDevice(server, draft, placements, report);
  }
  checkRouterAddresses(draft, natRouters, placements, report);
}

function checkUsable(address: string, place: Path, report: Report): void {
  const unusable = unusableAddress(address);
  if (unusable === null) return;
  report(wrongValue(place, address, { allowed: `an address that a device can hold; this one is ${unusable}` }));
}

function checkDevice(
  server: DraftVirtualServer,
  { sections, mistaken: mistakenSections }: Draft,
  placements: ReadonlyMap<string, Placement>,
  report: Report,
): void {
  const { path, spec, mistaken, floating } = server;
  if (mistaken.has('device') || floating.length === 0) return;
  const unknown = mistakenSections.has('public');
  const fallback = sections.public?.device ?? null;
  if (deviceOf(server, placements) === null && !sections.public && !unknown) {
    const allowed = 'a device here, or public.device; without one its floating address has no place';
    report(wrongValue([...path, 'device'], undefined, { allowed }));
  }
  if (spec.device !== undefined) {
    const other = floating
      .map((address) => placements.get(address))
      .find((placement) => placement?.device !== spec.device);
    if (other !== undefined)
      report(disagreement([...path, 'device'], spec.device, `"${other.device}"`, other.deviceBy));
    return;
  }
  const devices = new Set(floating.map((address) => placements.get(address)?.device ?? fallback));
  if (devices.size > 1) {
    const allowed = `addresses on one device for one mark; these are on ${[...devices].join(' and ')}`;
    report(wrongValue([...path, 'floating'], spec.floating, { allowed }));
  }
}

/** Virtual servers that share an address have one device and one label for it. */
export function disagreement(path: Path, written: string, theirs: string, other: string): Mistake {
  return wrongValue(path, written, { allowed: `${theirs}, which virtual server "${other}" has for the same address` });
}

function checkRouterAddresses(
  { routers }: Draft,
  natRouters: ReadonlySet<string>,
  placements: ReadonlyMap<string, Placement>,
  report: Report,
): void {
  const allowed = "an address of the router's own; this one floats from router to router";
  for (const router of routers) {
    for (const [index, { host }] of router.ssh.entries()) {
      if (!(natRouters.has(host) || placements.has(host))) continue;
      report(wrongValue(sshPath(router, index), [router.spec.ssh].flat()[index], { allowed }));
    }
  }
}
