import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import type { RealServer, VirtualServer } from '../../src/model/state.ts';
import { desiredOn } from '../../src/plan/desired.ts';
import { formerWeights } from '../../src/weights/former-weights.ts';

const { cluster } = parseConfig(
  `public: { device: eth0 }
virtual-servers:
  web:
    address: tcp://1.2.3.1:80
    check: tcp
    on-failure: remove
    sorry-server: 192.168.1.9:80
    real-servers: [192.168.1.2, 192.168.1.3, 192.168.1.4, { address: 192.168.1.5, state: drain }]
`,
  'lvs.yaml',
);
const key = 'tcp://1.2.3.1:80';
const declared = desiredOn(cluster, null).virtualServers.get(key);

function inKernel(weights: Readonly<Record<string, number>>): Map<string, VirtualServer> {
  if (declared === undefined) throw new Error('it is declared');
  const [real] = declared.realServers.values();
  const realServers = Object.entries(weights).map(([address, weight]): [string, RealServer] => [
    `${address}:80`,
    { ...(real as RealServer), address, weight },
  ]);
  return new Map([[key, { ...declared, realServers: new Map(realServers) }]]);
}

test('what nobody declared to be 0 in the kernel failed, and stays out until its check says otherwise', () => {
  const live = inKernel({ '192.168.1.2': 0, '192.168.1.3': 1, '192.168.1.5': 0, '192.168.1.9': 1 });
  const former = formerWeights(cluster, live, 0).get(key);
  expect(former?.sorry).toBe(true);
  const said = [...(former?.realServers ?? [])].map(([real, { weight, present, health }]) => [
    real,
    weight,
    present,
    health,
  ]);
  expect(said).toEqual([
    ['192.168.1.2:80', 0, true, 'down'],
    ['192.168.1.3:80', 1, true, 'unknown'],
    ['192.168.1.4:80', 0, false, 'down'],
    ['192.168.1.5:80', 1, true, 'unknown'],
  ]);
});

test('what is not in the kernel says nothing', () => {
  expect(formerWeights(cluster, new Map(), 0).size).toBe(0);
});
