import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileFormat } from '../../src/formats/formats.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import type { Host, Topology } from '../../src/rehearsal/topology/topology.ts';
import { topologyOf } from '../../src/rehearsal/topology/topology-of.ts';
import { arbitraryDeclaredCluster } from '../formats/support/arbitrary-declared.ts';
import { read } from '../formats/support/read.ts';

const reasons = [
  /^it is disabled in lvs\.yaml$/,
  /^no real server takes new connections$/,
  /is no machine of its own/,
  /have no room here$/,
  /would need GRE with checksums and without/,
];

/** What has to hold for a cluster to be built at all, and for each of its virtual servers to be tried or named with a reason. */
function expectPlanned(cluster: Cluster): void {
  const topology = topologyOf(cluster);
  expectDifferentAddresses(topology);
  const { client, realServers, targets } = topology;
  const listeners = realServers.flatMap((host) => host.listeners.map(({ by, protocol }) => `${protocol} ${by}`));
  for (const [index, target] of targets.entries()) {
    if (target.reason !== null) {
      expect(target.probes).toEqual([]);
      expect(reasons.some((pattern) => pattern.test(target.reason ?? ''))).toBe(true);
      continue;
    }
    expect(target.probes.length).toBeGreaterThan(0);
    expect(client.interfaces.length).toBeGreaterThan(0);
    for (const real of cluster.virtualServers[index]?.realServers ?? []) {
      for (const { protocol, port } of target.probes) {
        const own = real.port === 0 ? port : real.port;
        const address = real.address.includes(':') ? `[${real.address}]` : real.address;
        expect(listeners).toContain(`${protocol} ${address}:${own}`);
      }
    }
    if (target.forwards.includes('direct')) expectWaysBack(topology, target.probes[0]?.address ?? '');
  }
}

/** Whoever has an address as an alias has a way to the clients that is not by a router. */
function expectWaysBack({ realServers, routers }: Topology, alias: string): void {
  const owners = realServers.filter(({ aliases }) => aliases.includes(alias));
  expect(owners.length).toBeGreaterThan(0);
  const ofRouters = routers.flatMap(addressesOf);
  for (const { routes } of owners) {
    const replies = routes.filter(({ table }) => table === 'replies');
    expect(replies.length).toBeGreaterThan(0);
    for (const { via } of replies) expect(ofRouters).not.toContain(via);
  }
}

function expectDifferentAddresses({ client, gateway, routers, realServers, floating }: Topology): void {
  const hosts = [client, ...routers, ...realServers, ...(gateway === null ? [] : [gateway])];
  const all = [...hosts.flatMap(addressesOf), ...floating];
  expect(new Set(all).size).toBe(all.length);
  expect(new Set(hosts.map(({ name }) => name)).size).toBe(hosts.length);
}

function addressesOf({ interfaces }: Host): string[] {
  return interfaces.flatMap(({ addresses }) => addresses.map((address) => address.replace(/\/\d+$/, '')));
}

test('any cluster that lvs.yaml can declare is planned', () => {
  fc.assert(fc.property(arbitraryDeclaredCluster, expectPlanned), { numRuns: 300 });
});

describe('what other programs had', () => {
  const fixtures = new URL('../formats/fixtures/', import.meta.url);
  test.each<[FileFormat, string]>([
    ['piranha', 'lvs.cf'],
    ['ldirectord', 'ldirectord.cf'],
    ['ipvsadm', 'ipvsadm.rules'],
    ['keepalived', 'keepalived.conf'],
  ])('is planned as %s has it', (format, name) => {
    expectPlanned(read(format, readFileSync(new URL(name, fixtures), 'utf8')).config.cluster);
  });
});
