import type { Endpoint, Target } from '../topology/topology.ts';
import type { Host } from './host.ts';

/**
 * Makes the routers put a target's firewall mark on the packets for its probe.
 * @returns why that cannot be done, or null
 */
export async function markProbes(routers: readonly Host[], target: Target): Promise<string | null> {
  const { mark, probe } = target;
  if (mark === null || probe === null) return null;
  for (const router of routers) {
    // The rehearsal kernel has no nftables for IP, so it must be the older of the two.
    const { status, stderr } = await router.run(markCommand(mark, probe)).catch(() => ({ status: 1, stderr: '' }));
    if (status !== 0)
      return `marks need iptables-legacy (Debian package iptables)${stderr === '' ? '' : `: ${firstLine(stderr)}`}`;
  }
  return null;
}

function markCommand(mark: number, { protocol, address, port }: Endpoint): readonly string[] {
  const program = address.includes(':') ? 'ip6tables-legacy' : 'iptables-legacy';
  const selection = ['-d', address, '-p', protocol, '--dport', String(port)];
  return [program, '-w', '-t', 'mangle', '-A', 'PREROUTING', ...selection, '-j', 'MARK', '--set-mark', String(mark)];
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
