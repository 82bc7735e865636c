import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { addVirtualServer } from '../../src/config/edit/virtual-servers.ts';
import { starterFile } from '../../src/config/starter.ts';

const routers = [
  { name: 'lvs1', ssh: ['root@192.168.1.11', 'root@1.2.3.11'] },
  { name: 'lvs-2', ssh: ['ssh://admin@[2001:db8::12]:22'], sudo: true },
];

test.each([
  ['one machine', { publicDevice: 'eth0', privateDevice: null }],
  ['one machine between two networks', { publicDevice: 'eth0', privateDevice: 'eth1', natRouter: '192.168.1.254/32' }],
  ['a pair', { routers, publicDevice: 'eth0', privateDevice: 'eth1', natRouter: '192.168.1.254' }],
])('the file for %s is sound, and can be added to', (_, answers) => {
  const config = parseConfig(starterFile(answers), 'lvs.yaml');
  expect(config.cluster.public?.device).toBe('eth0');
  expect(config.cluster.failover.engine).toBe('routers' in answers ? 'keepalived' : 'manual');
  expect(config.cluster.private?.device ?? null).toBe(answers.privateDevice);
  const added = addVirtualServer(config, 'web', { address: 'tcp://1.2.3.1:80' });
  expect(added.cluster.virtualServers).toHaveLength(1);
});

test('the routers are those that were named', () => {
  const text = starterFile({ routers, publicDevice: 'eth0', privateDevice: 'eth1' });
  expect(parseConfig(text, 'lvs.yaml').cluster.routers).toMatchObject(routers);
});
