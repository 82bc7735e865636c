import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manyServersFile } from '../support/many-servers.ts';
import { Sandbox } from './sandbox.ts';

/** `vip list`, `real list` and `validate`: what the configuration declares. */

const config = `public: { device: eth0 }
private: { device: eth1, nat-router: 192.168.1.254 }
virtual-servers:
  web:
    address: tcp://1.2.3.1:80
    persistent: 300
    real-servers:
      - { address: 192.168.1.2, weight: 2, upper-threshold: 500, lower-threshold: 400 }
      - { address: 192.168.1.3:8080, state: drain }
  dns: { address: udp://1.2.3.1:53, scheduler: rr, state: disabled }
`;

let sandbox: Sandbox;

beforeAll(() => {
  sandbox = new Sandbox();
  writeFileSync(join(sandbox.folder, 'lvs.yaml'), config, { mode: 0o644 });
  writeFileSync(join(sandbox.folder, 'empty.yaml'), 'public: { device: eth0 }\n', { mode: 0o644 });
});

afterAll(() => sandbox.remove());

function lvs(line: string): string {
  const { status, stdout, stderr } = sandbox.run(['lvsadm', ...line.split(' ')]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

test('vip list', () => {
  expect(lvs('vip list')).toBe(`configuration lvs.yaml
  name  address           scheduler  persistent  real servers  state
  web   tcp://1.2.3.1:80  wlc               300             2
  dns   udp://1.2.3.1:53  rr                                0  disabled
`);
  expect(JSON.parse(lvs('vip list --json'))).toEqual({
    version: 1,
    config: { file: 'lvs.yaml' },
    virtualServers: [
      {
        name: 'web',
        key: 'tcp://1.2.3.1:80',
        scheduler: 'wlc',
        persistent: 300,
        floating: ['1.2.3.1'],
        state: 'enabled',
        realServers: 2,
      },
      {
        name: 'dns',
        key: 'udp://1.2.3.1:53',
        scheduler: 'rr',
        persistent: null,
        floating: ['1.2.3.1'],
        state: 'disabled',
        realServers: 0,
      },
    ],
  });
});

test('real list', () => {
  const table = `configuration lvs.yaml
  virtual server  real server       forward  weight  upper  lower  state
  web             192.168.1.2:80    masq          2    500    400
  web             192.168.1.3:8080  masq          1                drain
`;
  expect(lvs('real list')).toBe(table);
  expect(lvs('real list 1.2.3.1:80')).toBe(table);
  expect(JSON.parse(lvs('real list web --json'))).toEqual({
    version: 1,
    config: { file: 'lvs.yaml' },
    realServers: [
      {
        virtualServer: 'tcp://1.2.3.1:80',
        name: 'web',
        key: '192.168.1.2:80',
        forward: 'masq',
        weight: 2,
        upperThreshold: 500,
        lowerThreshold: 400,
        state: 'enabled',
      },
      {
        virtualServer: 'tcp://1.2.3.1:80',
        name: 'web',
        key: '192.168.1.3:8080',
        forward: 'masq',
        weight: 1,
        upperThreshold: 0,
        lowerThreshold: 0,
        state: 'drain',
      },
    ],
  });
});

test('where there is none, they say how to begin', () => {
  expect(lvs('vip list -c empty.yaml')).toBe('no virtual servers in empty.yaml: "lvs vip add ADDRESS" declares one\n');
  expect(lvs('real list dns')).toBe('no real servers in lvs.yaml: "lvs real add VIP ADDRESS" adds one\n');
});

test('validate tells of what is allowed and does not work', () => {
  const masq = config.replace('scheduler: rr', 'one-packet: true, real-servers: [192.168.1.4]');
  writeFileSync(join(sandbox.folder, 'masq.yaml'), masq, { mode: 0o644 });
  const note = expect.stringMatching(/^dns: one-packet with masq loses the answers to UDP/);
  expect(JSON.parse(lvs('validate -c masq.yaml --json'))).toMatchObject({ valid: true, notes: [note] });
  expect(lvs('validate -c masq.yaml')).toContain('is valid: 2 virtual servers, 3 real servers\nnote: dns: one-packet');
  expect(JSON.parse(lvs('validate --json')).notes).toEqual([]);
});

test('4,000 virtual servers of 10 real servers are validated', () => {
  writeFileSync(join(sandbox.folder, 'many.yaml'), manyServersFile({ virtualServers: 4000, realServers: 10 }), {
    mode: 0o644,
  });
  expect(lvs('validate --config many.yaml')).toBe('many.yaml is valid: 4000 virtual servers, 40000 real servers\n');
});
