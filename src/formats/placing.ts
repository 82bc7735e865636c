import { familyOf } from '../model/ip.ts';
import { addressText } from './document.ts';
import type { ImportedVirtualServer, Sections } from './imported.ts';
import type { Place, Warnings } from './warnings.ts';

/** Where a format says that a floating address is. */
export interface KnownPlace {
  readonly device: string;
  readonly label: string | null;
  /** Null: it does not say. */
  readonly prefix: number | null;
  readonly place: Place | null;
}

/** What stands in for a public device where a format knows none. */
export interface Fallback {
  readonly device: string;
  /** How it came about: `the device of the default route here`. */
  readonly because: string;
}

/**
 * Puts the virtual servers' addresses on their devices: the device of most of them is the public one.
 * @param known by address
 */
export function placeAddresses(
  virtualServers: readonly ImportedVirtualServer[],
  known: ReadonlyMap<string, KnownPlace>,
  fallback: Fallback,
  warnings: Warnings,
): { readonly public: Sections['public']; readonly virtualServers: readonly ImportedVirtualServer[] } {
  const carried = new Set(virtualServers.flatMap(floatingOf));
  if (carried.size === 0) return { public: null, virtualServers };
  const places = [...carried].flatMap((address) => {
    const place = known.get(address);
    return place === undefined ? [] : [{ address, ...place }];
  });
  const ipv4 = places.filter(({ address }) => familyOf(address) === 'ipv4');
  const device = mostFrequent(places.map((place) => place.device));
  const prefix = mostFrequent(ipv4.flatMap((place) => place.prefix ?? [])) ?? 32;
  for (const place of ipv4) {
    if (place.prefix === null || place.prefix === prefix) continue;
    const text = `${place.address}/${place.prefix}`;
    warnings.add(place.place, text, `held as /${prefix}, as most: public.prefix is one for all`);
  }
  const nowhere = virtualServers.filter((server) => floatingOf(server).some((address) => !known.has(address)));
  if (nowhere.length > 0) warnAboutNowhere(nowhere, device, fallback, warnings);
  const outside = { device: device ?? fallback.device, ...(prefix !== 32 && { prefix }) };
  return { public: outside, virtualServers: virtualServers.map((server) => placed(server, known, outside.device)) };
}

/** The addresses that float for a virtual server. */
export function floatingOf({ id, floating }: Pick<ImportedVirtualServer, 'id' | 'floating'>): readonly string[] {
  return 'address' in id ? [id.address] : floating;
}

function placed(
  server: ImportedVirtualServer,
  known: ReadonlyMap<string, KnownPlace>,
  publicDevice: string,
): ImportedVirtualServer {
  const addresses = floatingOf(server);
  const [first] = addresses;
  const place = first === undefined ? undefined : known.get(first);
  if (place === undefined || first === undefined) return server;
  const labelled = addresses.length === 1 && familyOf(first) === 'ipv4' && place.label?.startsWith(`${place.device}:`);
  return {
    ...server,
    device: place.device === publicDevice ? null : place.device,
    label: labelled ? place.label : null,
  };
}

function warnAboutNowhere(
  servers: readonly ImportedVirtualServer[],
  device: string | null,
  fallback: Fallback,
  warnings: Warnings,
): void {
  const [first, ...others] = servers;
  if (first === undefined) return;
  const text = `${addressText(first.id)}${others.length === 0 ? '' : ` and ${others.length} more`}`;
  const stated = device ?? fallback.device;
  const why = device === null ? fallback.because : 'the one of the other addresses';
  warnings.add(first.place, text, `the device of its address is not said: ${stated}, ${why}, stands in public.device`);
}

/** The first of those that come most often; null where there is none. */
export function mostFrequent<T extends string | number>(values: readonly T[]): T | null {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most === undefined ? null : most[0];
}
