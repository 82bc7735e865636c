import { netmaskWithHoles } from '../grammar/netmask.ts';
import type { VirtualServer } from '../model/state.ts';
import { addressText } from './document.ts';
import { type ImportedVirtualServer, plainVirtualServer } from './imported.ts';
import type { Names } from './names.ts';
import type { Place, Warnings } from './warnings.ts';

/** A virtual server of the kernel's table as it is declared. */
export function fromState(
  server: VirtualServer,
  names: Names,
  place: Place | null,
  warnings: Warnings,
): ImportedVirtualServer {
  const { id, scheduler, flags, persistent, netmask, persistenceEngine, onePacket, realServers } = server;
  if (netmask === netmaskWithHoles) {
    const means = 'its netmask has holes, which no prefix length can say: each client stays on its own';
    warnings.add(place, addressText(id), means);
  }
  return {
    ...plainVirtualServer,
    name: names.take(id, null),
    place,
    id,
    scheduler,
    flags,
    persistent,
    netmask: netmask === netmaskWithHoles ? null : netmask,
    persistenceEngine,
    onePacket,
    realServers: [...realServers.values()].map((real) => ({
      ...real,
      // The kernel's name for a real server that is the router itself, which it finds out by its address.
      forward: real.forward === 'local' ? 'direct' : real.forward,
      drain: false,
      place,
    })),
  };
}
