import { keyOfRealServer } from '../model/identity.ts';
import type { HeldAddress, RealServer, SyncDaemon, UnusableAddress, VirtualServer } from '../model/state.ts';
import type { Fields } from './change.ts';

/** What JSON shows of each object: the fields in the words of lvs.yaml, without those that say nothing. */

export function fieldsOfVirtualServer(server: VirtualServer): Fields {
  return {
    scheduler: server.scheduler,
    ...(server.flags.length > 0 && { flags: server.flags }),
    ...(server.persistent !== null && { persistent: server.persistent }),
    ...(server.netmask !== null && { netmask: server.netmask }),
    ...(server.persistenceEngine !== null && { persistenceEngine: server.persistenceEngine }),
    ...(server.onePacket && { onePacket: true }),
  };
}

export function fieldsOfRealServer(server: RealServer): Fields {
  const { forward, tunnel, weight, upperThreshold, lowerThreshold } = server;
  const address = keyOfRealServer(server);
  // Most are like this, and there are many thousand of them.
  if (tunnel === null && upperThreshold === 0 && lowerThreshold === 0) return { address, forward, weight };
  return {
    address,
    forward,
    ...(tunnel !== null && { tunnel }),
    weight,
    ...(upperThreshold > 0 && { upperThreshold }),
    ...(lowerThreshold > 0 && { lowerThreshold }),
  };
}

export function fieldsOfAddress(held: HeldAddress & Partial<UnusableAddress>): Fields {
  return {
    address: held.address,
    prefix: held.prefix,
    device: held.device,
    ...(held.label !== null && { label: held.label }),
    ...(held.because !== undefined && { state: held.because }),
  };
}

export function fieldsOfSyncDaemon(daemon: SyncDaemon): Fields {
  return {
    role: daemon.role,
    device: daemon.device,
    id: daemon.id,
    ...(daemon.maxLength !== null && { maxLength: daemon.maxLength }),
  };
}
