import { spawnSync } from 'node:child_process';
import { hostname, networkInterfaces } from 'node:os';
import type { Cluster, Router } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { canonicalAddress } from '../model/ip.ts';

/**
 * The router that this machine is: the one named by $LVS_ROUTER, else the one with this host's name (case and domain ignored),
 * unless its ssh addresses are all those of other machines, else the one with an ssh address that is local; null: none of them.
 * Throws `invalid-input` where $LVS_ROUTER names no router.
 */
export function thisRouter(cluster: Cluster): Router | null {
  const named = process.env.LVS_ROUTER;
  if (named !== undefined && named !== '') return routerNamed(cluster, named, '$LVS_ROUTER');
  const up = new Set(Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)));
  return routerWith(up, cluster) ?? routerWith(onDevicesDown(), cluster);
}

/** Node knows nothing of devices that are down, on which a router whose cable was pulled has its address still. */
function onDevicesDown(): ReadonlySet<string> {
  // Others than root do nothing as the router that they are on; and a workstation need not be asked each time.
  if (process.getuid?.() !== 0) return new Set();
  const { stdout } = spawnSync('ip', ['-j', 'addr', 'show'], { encoding: 'utf8' });
  return new Set([...(stdout ?? '').matchAll(/"local":"([^"]+)"/g)].map(([, address = '']) => address));
}

function routerWith(local: ReadonlySet<string>, cluster: Cluster): Router | null {
  const isLocal = ({ ssh }: Router) => ssh.some((destination) => local.has(sshAddress(destination)));
  // A name that is no address cannot be checked here.
  const isElsewhere = (router: Router) =>
    !isLocal(router) && router.ssh.some((destination) => canonicalAddress(sshAddress(destination)) !== null);
  const byName = namedLike(hostname(), cluster.routers);
  if (byName !== null && !isElsewhere(byName)) return byName;
  return cluster.routers.find(isLocal) ?? null;
}

/** The router of a host's whole name, else the only one whose name is the same but for the domain. */
function namedLike(host: string, routers: readonly Router[]): Router | null {
  const [whole, first] = [host.toLowerCase(), firstPart(host)];
  const exact = routers.find(({ name }) => name.toLowerCase() === whole);
  if (exact !== undefined) return exact;
  const [alike, ...others] = routers.filter(({ name }) => firstPart(name) === first);
  return alike === undefined || others.length > 0 ? null : alike;
}

function firstPart(name: string): string {
  return name.toLowerCase().replace(/\..*$/, '');
}

/** Throws `not-found` where lvs.yaml has no router of that name; `where` says who named it. */
export function routerNamed(cluster: Cluster, name: string, where: string): Router {
  const router = cluster.routers.find((candidate) => candidate.name === name);
  if (router !== undefined) return router;
  const names = cluster.routers.map((candidate) => candidate.name);
  throw new LvsError('not-found', `${where}: there is no router "${name}"`, {
    hint:
      names.length === 0
        ? 'this configuration has no routers: it runs this machine alone'
        : `routers: ${names.join(', ')}`,
  });
}

/** The host part of an ssh destination, in canonical form where it is an address. */
export function sshAddress(destination: string): string {
  const host = destination
    .replace(/^ssh:\/\/([^/]*).*$/, '$1')
    .replace(/^[^@]*@/, '')
    .replace(/^\[([^\]]*)\].*$/, '$1');
  const address = canonicalAddress(host) ?? host.replace(/:\d+$/, '');
  return canonicalAddress(address) ?? address;
}
