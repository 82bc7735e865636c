import type { DeclaredVirtualServer } from '../model/cluster.ts';
import type { RealServer } from '../model/state.ts';
import { kernelWeight } from '../weights/kernel-weight.ts';

/** The sorry server as it stands in the kernel's table, reached as the real servers are; null: none is declared. */
export function sorryInKernel(server: DeclaredVirtualServer): RealServer | null {
  const { sorryServer, realServers } = server;
  if (sorryServer === null) return null;
  const [first] = realServers;
  const { forward, tunnel } = first ?? { forward: 'masq' as const, tunnel: null };
  return { ...sorryServer, forward, tunnel, weight: kernelWeight(server, 1, 1), upperThreshold: 0, lowerThreshold: 0 };
}
