import type { Cluster, Router } from '../../model/cluster.ts';
import type { FloatingAddress } from '../desired.ts';

/** The first router starts with this, the others with less; under nopreempt it only decides between two that begin at once. */
const highestPriority = 150;
const priorityStep = 50;

/**
 * How a vrrp_instance of keepalived.conf begins, whoever writes it.
 * @param device its interface, as the router calls it
 */
export function instanceHead({ routers, failover }: Cluster, router: Router | null, device: string): string[] {
  const rank = Math.max(
    0,
    routers.findIndex(({ name }) => name === router?.name),
  );
  return [
    'state BACKUP',
    'nopreempt',
    `interface ${device}`,
    `virtual_router_id ${failover.virtualRouterId}`,
    `priority ${highestPriority - rank * priorityStep}`,
    'version 3',
    `advert_int ${failover.advertInterval}`,
  ];
}

/** As it stands under `virtual_ipaddress`. */
export function addressWords({ address, prefix, device, label }: FloatingAddress): string {
  return `${address}/${prefix} dev ${device}${label === null ? '' : ` label ${label}`}`;
}

/** A keyword and what stands between its braces. */
export function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...lines.map((line) => `    ${line}`), '}'];
}
