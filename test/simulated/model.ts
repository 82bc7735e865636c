import { keyOfRealServer, keyOfVirtualServer } from '../../src/model/identity.ts';
import type { RealServer, RouterState, VirtualServer } from '../../src/model/state.ts';
import type { Destination, Service } from './ipvs-table.ts';
import type { Router } from './router.ts';

/** The simulated tables in the terms of the model, without the detour through what ipvsadm and ip print. */
export function modelOf(router: Router): RouterState {
  const virtualServers = router.ipvs.services().map(virtualServerOf);
  return {
    virtualServers: new Map(virtualServers.map((virtual) => [keyOfVirtualServer(virtual.id), virtual])),
    addresses: router.devices.devices().flatMap(({ name }) => router.devices.addressesOf(name)),
    settings: router.sysctls.touched(),
    timeouts: { ...router.timeouts },
    syncDaemons: [...router.daemons],
    files: router.files.state(),
  };
}

function virtualServerOf(service: Service): VirtualServer {
  const { fwmark, family, protocol, address, port, scheduler, persistent, persistenceEngine, onePacket } = service;
  const id = fwmark > 0 || protocol === 'mark' ? { fwmark, family } : { protocol, address, port };
  const realServers = [...service.destinations.values()].map(realServerOf);
  return {
    id,
    scheduler,
    flags: flagsOf(service),
    persistent,
    netmask: persistent === null ? null : prefixOf(service.netmask),
    persistenceEngine: persistenceEngine === '' ? null : persistenceEngine,
    onePacket,
    realServers: new Map(realServers.map((real) => [keyOfRealServer(real), real])),
  };
}

function realServerOf(destination: Destination): RealServer {
  const { address, port, forward, weight, upperThreshold, lowerThreshold, tunnelType, tunnelPort, tunnelChecksum } =
    destination;
  const tunnel = {
    type: tunnelType,
    port: tunnelType === 'gue' ? tunnelPort : null,
    checksum: tunnelChecksum === 'nocsum' ? ('none' as const) : tunnelChecksum,
  };
  return {
    address,
    port,
    forward,
    tunnel: forward === 'tunnel' ? tunnel : null,
    weight,
    upperThreshold,
    lowerThreshold,
  };
}

function flagsOf({ scheduler, flags }: Service): string[] {
  const owned = scheduler === 'sh' || scheduler === 'mh';
  const names = owned ? [`${scheduler}-fallback`, `${scheduler}-port`, 'flag-3'] : ['flag-1', 'flag-2', 'flag-3'];
  return names.filter((_, bit) => flags & (1 << bit)).sort();
}

/** Null where it is full. */
function prefixOf(netmask: string): number | null {
  if (!netmask.includes('.')) return netmask === '128' ? null : Number(netmask);
  const ones = netmask
    .split('.')
    .map((octet) => Number(octet).toString(2).replaceAll('0', ''))
    .join('').length;
  return ones === 32 ? null : ones;
}
