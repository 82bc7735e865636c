import type { Cluster, Router } from '../../model/cluster.ts';
import { familyOf } from '../../model/ip.ts';
import { desiredOn, type FloatingAddress } from '../../plan/desired.ts';
import { addressWords, block, instanceHead } from '../../plan/election/instance.ts';
import { instanceName } from '../../plan/election/places.ts';
import type { Exported } from '../exported.ts';
import { Warnings } from '../warnings.ts';
import { virtualServerLines } from './write-virtual-servers.ts';

/** The keepalived.conf with which keepalived alone would run the cluster, as one router needs it. */
export function writeKeepalived(cluster: Cluster, router: Router | null): Exported {
  const warnings = new Warnings();
  warnAboutLosses(cluster, warnings);
  const addresses = [...desiredOn(cluster, router).floating.values()];
  const parts = [
    [`! keepalived.conf${router === null ? '' : ` of ${router.name}`}, written by "lvs export keepalived".`],
    block('global_defs', globals(cluster, router, addresses.length > 0)),
    ...(addresses.length === 0 ? [] : [vrrpInstance(cluster, router, addresses)]),
    ...virtualServerLines(cluster, warnings),
  ];
  const text = parts.map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n');
  return { text, warnings: warnings.all };
}

function globals({ sync, timeouts }: Cluster, router: Router | null, elects: boolean): string[] {
  const device = sync === null ? '' : (router?.devices.get(sync.device) ?? sync.device);
  const { tcp, tcpFin, udp } = timeouts ?? {};
  const stated = [
    ['tcp', tcp],
    ['tcpfin', tcpFin],
    ['udp', udp],
  ].flatMap(([key, seconds]) => (seconds === undefined ? [] : [`${key} ${seconds}`]));
  return [
    `router_id ${router?.name ?? instanceName}`,
    ...(sync === null
      ? []
      : [
          [
            `lvs_sync_daemon ${device}`,
            ...(elects ? [`inst ${instanceName}`] : []),
            `id ${sync.id}`,
            ...(sync.maxLength === null ? [] : [`maxlen ${sync.maxLength}`]),
          ].join(' '),
        ]),
    ...(stated.length === 0 ? [] : [`lvs_timeouts ${stated.join(' ')}`]),
  ];
}

function vrrpInstance(cluster: Cluster, router: Router | null, addresses: readonly FloatingAddress[]): string[] {
  const device = cluster.private?.device ?? cluster.public?.device ?? addresses[0]?.device ?? '';
  const own = router?.devices.get(device) ?? device;
  const tracked = [...new Set(addresses.map((floating) => floating.device))].filter((name) => name !== own);
  // Packets of version 3 carry addresses of one family.
  const family = addresses.some(({ address }) => familyOf(address) === 'ipv4') ? 'ipv4' : 'ipv6';
  const advertised = addresses.filter(({ address }) => familyOf(address) === family);
  const others = addresses.filter((floating) => !advertised.includes(floating));
  return block(`vrrp_instance ${instanceName}`, [
    ...instanceHead(cluster, router, own),
    ...(tracked.length === 0 ? [] : block('track_interface', tracked)),
    ...block('virtual_ipaddress', advertised.map(addressWords)),
    ...(others.length === 0 ? [] : block('virtual_ipaddress_excluded', others.map(addressWords))),
  ]);
}

function warnAboutLosses(cluster: Cluster, warnings: Warnings): void {
  const { routers, settings, failover, virtualServers } = cluster;
  if (routers.length > 0)
    warnings.add(null, 'routers', 'a keepalived.conf is for one router, and does not know how ssh finds it');
  if (settings.size > 0) warnings.add(null, 'settings', 'keepalived does not set net.ipv4.vs: use sysctl.d');
  if (failover.engine === 'manual')
    warnings.add(null, 'failover.engine: manual', 'keepalived elects who has the addresses');
  for (const { name, id, floating, enabled } of virtualServers) {
    if (!enabled || !('fwmark' in id) || floating.length === 0) continue;
    warnings.add(
      null,
      `${name}: floating`,
      'its addresses are with VRRP, which does not say that they belong to the mark',
    );
  }
}
