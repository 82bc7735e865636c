import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writers } from '../../src/formats/formats.ts';
import type { Check, Cluster, DeclaredVirtualServer } from '../../src/model/cluster.ts';
import { keyOfVirtualServer } from '../../src/model/identity.ts';
import { desiredOn } from '../../src/plan/desired.ts';
import { arbitraryCluster } from '../plan/support/arbitrary-cluster.ts';
import { textOf } from '../plan/support/comparable.ts';
import { arbitraryDeclaredCluster } from './support/arbitrary-declared.ts';
import { read } from './support/read.ts';

/** What keepalived and ldirectord have no words for, as they take it. */
function drained(server: DeclaredVirtualServer): DeclaredVirtualServer {
  const realServers = server.realServers.map((real) => ({
    ...real,
    weight: real.drain ? 0 : real.weight,
    drain: false,
  }));
  return { ...server, realServers };
}

/** The port of a sorry server is the virtual server's where ports are not mapped. */
function expected(servers: readonly DeclaredVirtualServer[], checkOf: (check: Check) => Check | null) {
  return byName(
    servers.map(drained).map((server) => {
      const check = server.check === null ? null : checkOf(server.check);
      if (check === null) return { ...server, check, onFailure: 'quiesce' as const, sorryServer: null };
      return { ...server, check };
    }),
  );
}

function byName(servers: readonly DeclaredVirtualServer[]) {
  return JSON.parse(textOf(servers.map((server) => [server.name, server])));
}

const served = ({ enabled, realServers }: DeclaredVirtualServer) =>
  enabled && realServers.some(({ weight, drain }) => weight > 0 && !drain);

const unwritable = /["\\\n]/;

function asKeepalivedChecks(check: Check): Check | null {
  const pace = { rise: 1 };
  switch (check.type) {
    case 'exec':
      if (check.command.some((word) => unwritable.test(word))) return null;
      return { ...check, ...pace, timeout: Math.ceil(check.timeout) };
    case 'dns':
      return ['A', 'SOA'].includes(check.record) && !check.name.startsWith('4.') ? { ...check, ...pace } : null;
    case 'http':
    case 'https': {
      if (unwritable.test(check.path)) return null;
      const body = check.body !== null && unwritable.test(check.body) ? null : check.body;
      const host = check.host?.replace(/:\d+$/, '') ?? null;
      const tls = check.tls && { ...check.tls, verify: false, name: host };
      return { ...check, ...pace, body, tls };
    }
    default:
      return { ...check, ...pace };
  }
}

test('what keepalived is told comes back', () => {
  fc.assert(
    fc.property(arbitraryDeclaredCluster, (cluster) => {
      const { config } = read('keepalived', writers.keepalived(cluster, null).text);
      expect(byName(config.cluster.virtualServers)).toEqual(
        expected(cluster.virtualServers.filter(served), asKeepalivedChecks),
      );
      const floats = cluster.virtualServers.some(({ enabled, floating }) => enabled && floating.length > 0);
      if (floats) expect(config.cluster.failover).toEqual(cluster.failover);
      expect(config.cluster.timeouts).toEqual(cluster.timeouts);
    }),
    { numRuns: 300 },
  );
});

function asLdirectordChecks(check: Check): Check | null {
  const whole = (seconds: number) => Math.max(1, Math.ceil(seconds));
  const pace = { rise: 1, interval: whole(check.interval), timeout: whole(check.timeout) };
  const { fall, jitter } = check;
  switch (check.type) {
    case 'exec':
      return null;
    case 'dns':
      return check.record === 'A' || (check.record === 'PTR' && check.name.startsWith('4.'))
        ? { ...check, ...pace }
        : null;
    case 'http':
    case 'https': {
      if (/["#]/.test(check.path)) return { type: 'tcp', port: check.port, fall, jitter, ...pace };
      const body = check.body !== null && /["#]/.test(check.body) ? null : check.body;
      const host = check.host?.replace(/:\d+$/, '') ?? null;
      return { ...check, ...pace, status: null, body, tls: check.tls && { name: host, ca: null, verify: false } };
    }
    default:
      return { ...check, ...pace };
  }
}

/** What ldirectord can have at all. */
function asLdirectordHas(server: DeclaredVirtualServer): DeclaredVirtualServer[] {
  const { id, enabled, onePacket } = server;
  if (!enabled || ('protocol' in id && id.protocol === 'sctp')) return [];
  const ipv6 = 'fwmark' in id ? id.family === 'ipv6' : id.address.includes(':');
  const realServers = server.realServers.filter(
    ({ address, tunnel }) => address.includes(':') === ipv6 && (tunnel === null || tunnel.type === 'ipip'),
  );
  return [{ ...server, realServers, label: null, persistenceEngine: null, onePacket: onePacket && 'protocol' in id }];
}

test('what ldirectord is told comes back', () => {
  fc.assert(
    fc.property(arbitraryDeclaredCluster, (cluster) => {
      const { config } = read('ldirectord', writers.ldirectord(cluster, null).text);
      const known = cluster.virtualServers.flatMap(asLdirectordHas);
      expect(byName(config.cluster.virtualServers)).toEqual(expected(known, asLdirectordChecks));
    }),
    { numRuns: 300 },
  );
});

test('what ipvsadm is told is the same table', () => {
  fc.assert(
    fc.property(fc.oneof(arbitraryDeclaredCluster, arbitraryCluster), (cluster: Cluster) => {
      const { config } = read('ipvsadm', writers.ipvsadm(cluster, null).text);
      const tables = [config.cluster, cluster].map((each) =>
        JSON.parse(
          textOf(
            [...desiredOn(each, null).virtualServers].map(([key, server]) => [
              key,
              { ...server, realServers: [...server.realServers] },
            ]),
          ),
        ),
      );
      expect(tables[0]).toEqual(tables[1]);
    }),
    { numRuns: 300 },
  );
});

test('what a program is not told is told to the administrator', () => {
  fc.assert(
    fc.property(arbitraryDeclaredCluster, (cluster) => {
      for (const write of Object.values(writers)) {
        const { text, warnings } = write(cluster, null);
        const told = warnings.map((warning) => warning.text).join('\n');
        for (const server of cluster.virtualServers) {
          const { id, name } = server;
          const inText = text.includes('fwmark' in id ? String(id.fwmark) : id.address) || text.includes(name);
          if (!inText) expect(told, keyOfVirtualServer(id)).toContain(name);
        }
      }
    }),
    { numRuns: 100 },
  );
});
