import { hostname, networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Cluster, Router } from '../../src/model/cluster.ts';
import { sshAddress, thisRouter } from '../../src/router/locate.ts';
import { figureCluster } from '../converge/support/simulated-pair.ts';

it.each([
  ['192.168.1.11', '192.168.1.11'],
  ['root@192.168.1.11', '192.168.1.11'],
  ['ssh://admin@lvs1.example.com:2222', 'lvs1.example.com'],
  ['ssh://192.168.1.11:2222', '192.168.1.11'],
  ['root@2001:DB8::1', '2001:db8::1'],
  ['ssh://root@[2001:db8:0:0::1]:2222', '2001:db8::1'],
  ['ssh://root@[2001:db8::1]', '2001:db8::1'],
  ['ssh://root@192.168.1.11/', '192.168.1.11'],
  ['lvs1', 'lvs1'],
])('the host of %s is %s', (destination, host) => {
  expect(sshAddress(destination)).toBe(host);
});

describe('this machine is', () => {
  afterEach(() => void vi.unstubAllEnvs());

  const clusterWith = (...routers: Pick<Router, 'name' | 'ssh'>[]): Cluster => ({
    ...figureCluster,
    routers: routers.map((router) => ({ ...router, sudo: false, devices: new Map() })),
  });
  const other = { name: 'other', ssh: ['root@192.0.2.1'] };
  const ownAddress = Object.values(networkInterfaces()).flat()[0]?.address ?? '';

  it('the router that $LVS_ROUTER names, before all else', () => {
    vi.stubEnv('LVS_ROUTER', 'other');
    expect(thisRouter(clusterWith({ name: hostname(), ssh: ['root@198.51.100.77'] }, other))?.name).toBe('other');
    vi.stubEnv('LVS_ROUTER', 'nobody');
    expect(() => thisRouter(clusterWith(other))).toThrow('$LVS_ROUTER: there is no router "nobody"');
  });

  it("the router with this host's name, before the one with its address, unless its address is another machine's", () => {
    vi.stubEnv('LVS_ROUTER', '');
    const byAddress = { name: 'by-address', ssh: [`root@${ownAddress}`] };
    const named = (name: string, ssh: string) => thisRouter(clusterWith(byAddress, { name, ssh: [ssh] }))?.name;
    for (const name of [hostname(), hostname().toUpperCase(), `${hostname()}.example.org`]) {
      expect(named(name, `root@${ownAddress}`)).toBe(name);
      expect(named(name, 'root@router.example.org')).toBe(name);
      expect(named(name, 'root@198.51.100.77')).toBe('by-address');
      expect(
        thisRouter(clusterWith({ name, ssh: ['root@198.51.100.77', 'ssh://admin@198.51.100.78:2222'] })),
      ).toBeNull();
    }
  });

  it('the router with an ssh address that is local', () => {
    expect(thisRouter(clusterWith(other, { name: 'lvs9', ssh: ['root@192.0.2.9', `root@${ownAddress}`] }))?.name).toBe(
      'lvs9',
    );
  });

  it('none of them otherwise', () => {
    expect(thisRouter(clusterWith(other))).toBeNull();
  });
});
