import { familyOf } from '../model/ip.ts';
import type { VirtualServerId } from '../model/state.ts';
import type { DraftVirtualServer } from './draft.ts';

/** How the kernel will tell it apart. */
export function idOf({ address, floating, spec }: DraftVirtualServer): VirtualServerId {
  if ('address' in address) return address;
  const [first] = floating;
  return { fwmark: address.fwmark, family: first === undefined ? (spec.family ?? 'ipv4') : familyOf(first) };
}

/** The virtual server's port; 0 where its real servers keep the port that the client asked for. */
export function portOf({ address }: DraftVirtualServer): number {
  return 'port' in address ? address.port : 0;
}
