import { hostname, networkInterfaces } from 'node:os';
import type { Cluster, Router } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { canonicalAddress } from '../model/ip.ts';

/**
 * The router that this machine is: the one named by $LVS_ROUTER, else the one with this host's name, else the one with an
 * ssh address that is local; null: none of them. Throws `invalid-input` where $LVS_ROUTER names no router.
 */
export function thisRouter(cluster: Cluster): Router | null {
  const named = process.env.LVS_ROUTER;
  if (named !== undefined && named !== '') return routerNamed(cluster, named, '$LVS_ROUTER');
  const host = hostname();
  const byName = cluster.routers.find(({ name }) => name === host || name === host.split('.')[0]);
  if (byName !== undefined) return byName;
  const local = new Set(Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)));
  return cluster.routers.find(({ ssh }) => ssh.some((destination) => local.has(sshAddress(destination)))) ?? null;
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
