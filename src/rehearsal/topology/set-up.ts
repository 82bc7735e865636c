import { familyOf, fullPrefix } from '../../model/ip.ts';
import type { Decapsulator, MarkRule, RealServerHost } from './topology.ts';

/** What a real server needs besides its addresses and routes, so that direct routing or tunnels reach it. */
export interface RealServerSetUp {
  /** Modules of the kernel. */
  readonly modules: readonly string[];
  /** `net.ipv4.conf.all.arp_ignore=1` */
  readonly settings: readonly string[];
  /** Words for ip(8), a line each. */
  readonly ip: readonly string[];
}

/**
 * The set-up of a real server's host: aliases on a device that answers no ARP for them, and ends of tunnels.
 * @param missing modules that there are not: what needs them is left out
 */
export function setUpOf(
  { aliases, decapsulators }: Pick<RealServerHost, 'aliases' | 'decapsulators'>,
  missing: readonly string[] = [],
): RealServerSetUp {
  const possible = decapsulators.filter((each) => !modulesOf(each).some((module) => missing.includes(module)));
  const devices = devicesOf(possible);
  const hasIpv4 = aliases.some((address) => familyOf(address) === 'ipv4');
  return {
    modules: [...new Set(possible.flatMap(modulesOf))],
    settings: hasIpv4 ? ['net.ipv4.conf.all.arp_ignore=1', 'net.ipv4.conf.all.arp_announce=2'] : [],
    ip: [
      ...aliases.map((address) => `addr add ${address}/${fullPrefix(familyOf(address))} dev lo`),
      ...new Set(possible.flatMap(portLine)),
      ...devices.flatMap(({ kind, address, checksum }, index) => [
        `link add ${kind}-${index} type ${wordsOf[kind]} local ${address} remote any${checksum ? ' icsum' : ''}`,
        `link set ${kind}-${index} up`,
      ]),
    ],
  };
}

/** The commands that make it so, as typed at a prompt. */
export function commandsOf({ modules, settings, ip }: RealServerSetUp): string[] {
  return [
    ...(modules.length === 0 ? [] : [`modprobe -a ${modules.join(' ')}`]),
    ...(settings.length === 0 ? [] : [`sysctl -w ${settings.join(' ')}`]),
    ...ip.map((line) => `ip ${line}`),
  ];
}

/** The command that marks packets on a router, as program and words. */
export function markCommand({ mark, protocol, address, port }: MarkRule): readonly string[] {
  // The rehearsal kernel has no nftables for IP, so it must be the older of the two.
  const program = familyOf(address) === 'ipv6' ? 'ip6tables-legacy' : 'iptables-legacy';
  const selection = ['-d', address, '-p', protocol, ...(port === null ? [] : ['--dport', `${port}`])];
  return [program, '-w', '-t', 'mangle', '-A', 'PREROUTING', ...selection, '-j', 'MARK', '--set-mark', `${mark}`];
}

type Kind = 'ipip' | 'sit' | 'ip6tnl' | 'gre' | 'ip6gre';

const moduleOf: Record<Kind, string> = {
  ipip: 'ipip',
  sit: 'sit',
  ip6tnl: 'ip6_tunnel',
  gre: 'ip_gre',
  ip6gre: 'ip6_gre',
};
const wordsOf: Record<Kind, string> = {
  ipip: 'ipip',
  sit: 'sit',
  ip6tnl: 'ip6tnl mode any',
  gre: 'gre',
  ip6gre: 'ip6gre',
};

/** One device for each real server's address and kind of packet. */
function devicesOf(decapsulators: readonly Decapsulator[]): { kind: Kind; address: string; checksum: boolean }[] {
  const devices = decapsulators.map(({ address, inner, type, checksum }) => ({
    kind: kindOf(type, address, inner),
    address,
    checksum,
  }));
  return [...new Map(devices.map((device) => [`${device.kind} ${device.address}`, device])).values()];
}

/** What gue carries is an ipip packet to the kernel once its own head is off. */
function kindOf(type: Decapsulator['type'], address: string, inner: Decapsulator['inner']): Kind {
  const outer = familyOf(address);
  if (type === 'gre') return outer === 'ipv6' ? 'ip6gre' : 'gre';
  if (outer === 'ipv6') return 'ip6tnl';
  return inner === 'ipv6' ? 'sit' : 'ipip';
}

/** Modules that an end of a tunnel needs. */
export function modulesOf({ type, address, inner, port }: Decapsulator): string[] {
  const device = moduleOf[kindOf(type, address, inner)];
  return port === null ? [device] : familyOf(address) === 'ipv6' ? ['fou', 'fou6', device] : ['fou', device];
}

function portLine({ port, address }: Decapsulator): string[] {
  return port === null ? [] : [`fou add port ${port} gue${familyOf(address) === 'ipv6' ? ' -6' : ''}`];
}
