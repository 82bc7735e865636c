import type { RealServer, VirtualServer, VirtualServerId } from './state.ts';

/** `1.2.3.1:80`, `[2001:db8::1]:80`. */
export function socketAddress(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/**
 * Identity, as the kernel sees it: `tcp://1.2.3.1:80`, `udp://[2001:db8::1]:53`, `fwmark:7`, `fwmark:7/ipv6`.
 * Equality is another matter: see sameVirtualServer.
 */
export function keyOfVirtualServer(id: VirtualServerId): string {
  if ('fwmark' in id) return id.family === 'ipv6' ? `fwmark:${id.fwmark}/ipv6` : `fwmark:${id.fwmark}`;
  return `${id.protocol}://${socketAddress(id.address, id.port)}`;
}

/** Identity within its virtual server: `192.168.1.2:80`. */
export function keyOfRealServer(real: Pick<RealServer, 'address' | 'port'>): string {
  return socketAddress(real.address, real.port);
}

/** Whether the virtual servers themselves are configured alike; their real servers are compared one by one. */
export function sameVirtualServer(a: VirtualServer, b: VirtualServer): boolean {
  return (
    a.scheduler === b.scheduler &&
    a.flags.join() === b.flags.join() &&
    a.persistent === b.persistent &&
    a.netmask === b.netmask &&
    a.persistenceEngine === b.persistenceEngine &&
    a.onePacket === b.onePacket
  );
}

export function sameRealServer(a: RealServer, b: RealServer): boolean {
  return (
    a.forward === b.forward &&
    a.tunnel?.type === b.tunnel?.type &&
    a.tunnel?.port === b.tunnel?.port &&
    a.tunnel?.checksum === b.tunnel?.checksum &&
    a.weight === b.weight &&
    a.upperThreshold === b.upperThreshold &&
    a.lowerThreshold === b.lowerThreshold
  );
}
