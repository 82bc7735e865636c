import type { Cluster, Router } from '../../model/cluster.ts';
import { familyOf } from '../../model/ip.ts';
import type { Desired, FloatingAddress } from '../desired.ts';
import { addressWords, block, instanceHead } from './instance.ts';
import { electionPlaces, instanceName } from './places.ts';

/**
 * keepalived.conf as one router needs it, without its first line; null where there is no address that it could move.
 *
 * Advertisements carry the addresses of `virtual_ipaddress`, and a router drops those that are not as its own. So one address
 * stands there, which virtual servers that come and go do not change; the others are excluded from advertisements.
 *
 * Every IPv4 address gets a label, as aliases have: that of `desired.labels`.
 */
export function keepalivedConf(cluster: Cluster, router: Router | null, desired: Desired): string | null {
  const addresses = [...desired.floating.values()].map((floating) => ({
    ...floating,
    label: desired.labels?.get(floating.address) ?? floating.label,
  }));
  const advertised = advertisedOf(addresses);
  const device = cluster.private?.device ?? cluster.public?.device;
  if (advertised === undefined || device === undefined) return null;
  const own = router?.devices.get(device) ?? device;
  const tracked = [...desired.devices].filter((name) => name !== own);
  const others = addresses.filter((floating) => floating !== advertised);
  return [
    ...block('global_defs', [`router_id ${router?.name ?? 'lvs'}`, ...processWords]),
    '',
    ...block('track_file lvs_hold', [`file ${electionPlaces.hold}`, 'weight 0', 'init_file 0']),
    '',
    `include ${electionPlaces.fragments.replace(/[^/]*$/, '*.conf')}`,
    '',
    ...block(`vrrp_instance ${instanceName}`, [
      ...instanceHead(cluster, router, own),
      'skip_check_adv_addr',
      // Announcements get lost: some at once, and some more a second later.
      'garp_master_delay 1',
      'garp_master_repeat 3',
      // Where two were masters for a while, the one that goes on is told by the one that gives up, and says again where it is.
      'higher_prio_send_advert true',
      'garp_master_refresh 10',
      // Its own interface is tracked in any case.
      ...(tracked.length === 0 ? [] : block('track_interface', tracked)),
      ...block('track_file', ['lvs_hold']),
      ...block('virtual_ipaddress', [addressWords(advertised)]),
      ...(others.length === 0 ? [] : block('virtual_ipaddress_excluded', others.map(addressWords))),
    ]),
    '',
  ].join('\n');
}

/**
 * A busy machine must not keep it from saying in time that it lives, nor from hearing it: each time it gets no processor for
 * three advertisements, the backup takes over. On a machine with 20 to 30 processes for each of two processors, at an interval
 * of 0.1 s, the backup took over 8 times in 1,000 s as keepalived comes, 3 times with `vrrp_priority -20` and never in real time,
 * which needs a limit above the default of 10 ms: configurations with many addresses take longer to read. Where real time is
 * forbidden, as in some containers, keepalived says so and goes on without.
 */
const processWords = ['vrrp_priority -20', 'vrrp_rt_priority 50', 'vrrp_rlimit_rttime 5000000', 'vrrp_no_swap'];

/** The addresses that a keepalived.conf of ours gives to keepalived. */
export function addressesIn(conf: string): Set<string> {
  return new Set([...conf.matchAll(addressLine)].flatMap(([, address]) => address ?? []));
}

/** The labels that a keepalived.conf of ours gives to addresses: they stay, for a change of label is one of the address. */
export function labelsIn(conf: string): Map<string, string | undefined> {
  return new Map([...conf.matchAll(addressLine)].map(([, address = '', , , label]) => [address, label]));
}

/** The same as keepalived puts them on devices (see placementOf). */
export function placementsIn(conf: string): Set<string> {
  return new Set(
    [...conf.matchAll(addressLine)].map(([, address, prefix, device]) => `${address}/${prefix} ${device}`),
  );
}

const addressLine = /^ {8}([0-9a-f.:]+)\/(\d+) dev (\S+)(?: label (\S+))?$/gm;

/** NAT router addresses stay when virtual servers come and go. */
function advertisedOf(addresses: readonly FloatingAddress[]): FloatingAddress | undefined {
  const natRouters = addresses.filter(({ role }) => role === 'nat-router');
  const lasting = natRouters.length > 0 ? natRouters : addresses;
  return lasting.find(({ address }) => familyOf(address) === 'ipv4') ?? lasting[0];
}

/** What stands beside the administrator's own fragments. */
export const fragmentsNote = `# keepalived.conf, which lvs writes, includes every file here that ends in .conf: yours are left alone.
`;
