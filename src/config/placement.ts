import type { Draft, DraftVirtualServer } from './draft.ts';
import { parsePrefixed } from './words/address.ts';
import { parsedOrNull } from './words/problem.ts';

/** Where a floating address is to be, as the first virtual server that says so has it. */
export interface Placement {
  readonly device: string | null;
  readonly deviceBy: string;
  readonly label: string | null;
  readonly labelBy: string;
}

/**
 * By floating address. Device and label belong to the address: virtual servers that share one need say it only once.
 */
export function placementsOf({ virtualServers }: Draft): ReadonlyMap<string, Placement> {
  const placements = new Map<string, Placement>();
  for (const { name, spec, floating } of virtualServers) {
    for (const address of floating) {
      const before = placements.get(address);
      placements.set(address, {
        device: before?.device ?? spec.device ?? null,
        deviceBy: before?.device ? before.deviceBy : name,
        label: before?.label ?? spec.label ?? null,
        labelBy: before?.label ? before.labelBy : name,
      });
    }
  }
  return placements;
}

/** The virtual server's own device, or that of others that share its addresses; null: the public one. */
export function deviceOf(
  { spec, floating }: DraftVirtualServer,
  placements: ReadonlyMap<string, Placement>,
): string | null {
  if (spec.device !== undefined) return spec.device;
  return floating.map((address) => placements.get(address)?.device ?? null).find((device) => device !== null) ?? null;
}

/** Its own label, or that of others that share its address; a mark's several addresses may each have their own. */
export function labelOf(
  { spec, floating }: DraftVirtualServer,
  placements: ReadonlyMap<string, Placement>,
): string | null {
  if (spec.label !== undefined) return spec.label;
  const [address] = floating;
  return floating.length === 1 && address !== undefined ? (placements.get(address)?.label ?? null) : null;
}

/** The NAT router addresses, canonical. */
export function natRoutersOf({ sections }: Draft): { address: string; prefix: number }[] {
  const written = sections.private?.['nat-router'] ?? [];
  return [written].flat().flatMap((text) => parsedOrNull(parsePrefixed(text)) ?? []);
}
