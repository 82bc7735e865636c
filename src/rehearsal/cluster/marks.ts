import { markCommand } from '../topology/set-up.ts';
import type { Target } from '../topology/topology.ts';
import type { Host } from './host.ts';

/**
 * Makes the routers put a target's firewall mark on packets for its probes.
 * @returns why that cannot be done, or null
 */
export async function markProbes(routers: readonly Host[], { marks }: Target): Promise<string | null> {
  for (const router of routers) {
    for (const rule of marks) {
      const { status, stderr } = await router.run(markCommand(rule)).catch(() => ({ status: 1, stderr: '' }));
      if (status !== 0)
        return `marks need iptables-legacy (Debian package iptables)${stderr === '' ? '' : `: ${firstLine(stderr)}`}`;
    }
  }
  return null;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
