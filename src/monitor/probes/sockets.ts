import { connect, isIP, type Socket } from 'node:net';

export interface Endpoint {
  /** IPv4 or IPv6; a name is a mistake of the program, and is never looked up. */
  readonly address: string;
  readonly port: number;
}

/** Begins to connect. Throws TypeError where `address` is none. */
export function openSocket({ address, port }: Endpoint): Socket {
  if (isIP(address) === 0) throw new TypeError(`not an IP address: ${address}`);
  return connect({ host: address, port, noDelay: true });
}

/**
 * Ends a connection with a reset, so that neither side keeps it for a minute (TIME_WAIT): two thousand checks in two seconds
 * would be sixty thousand of those. What errors it still has are nobody's.
 */
export function hangUp(socket: Socket): void {
  socket.removeAllListeners('error').on('error', () => {});
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
