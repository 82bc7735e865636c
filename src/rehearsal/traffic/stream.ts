import { connect } from 'node:net';
import type { Endpoint } from '../topology/topology.ts';
import { targetOf } from './summary.ts';

/** A long-lived connection, over which a dot comes every 100 ms. */
export interface Stream {
  /** Where it goes: see targetOf. */
  readonly target: string;
  /** When it was opened (ms). */
  readonly openedAt: number;
  /** Of each dot, when it came (ms) and how long after the one before (ms). */
  readonly gaps: readonly { readonly at: number; readonly length: number }[];
  /** When it broke (ms), or null. */
  brokenAt(): number | null;
  /** Time stamp (ms) of the last dot. */
  lastDotAt(): number;
  /** When the client closed it (ms), or null. */
  closedAt(): number | null;
  close(): void;
  /** The client waits no longer for one that fell silent: it broke when its last dot came. */
  abandon(): void;
}

export function openStream(endpoint: Endpoint): Stream {
  const { address, port } = endpoint;
  const gaps: { at: number; length: number }[] = [];
  const openedAt = performance.now();
  let last = openedAt;
  let brokenAt: number | null = null;
  let closedAt: number | null = null;
  const socket = connect({ host: address, port });
  const broken = () => {
    if (closedAt === null) brokenAt ??= performance.now();
  };
  socket.on('connect', () => socket.write('GET /stream HTTP/1.0\r\n\r\n'));
  socket.on('data', () => {
    const now = performance.now();
    gaps.push({ at: now, length: now - last });
    last = now;
  });
  socket.on('error', broken);
  socket.on('close', broken);
  return {
    target: targetOf(endpoint),
    openedAt,
    gaps,
    brokenAt: () => brokenAt,
    lastDotAt: () => last,
    closedAt: () => closedAt,
    abandon: () => {
      brokenAt ??= last;
      socket.destroy();
    },
    close: () => {
      closedAt = performance.now();
      socket.destroy();
    },
  };
}
