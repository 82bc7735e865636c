import { expect, test } from 'vitest';
import { askOnWire } from '../../src/doctor/facts/wire.ts';
import type { Runner } from '../../src/router/runner.ts';

test('whom arping asks is no machine that answers: everyone, and no one', async () => {
  const lines = [
    '1.2.3.1 eth0 1 FF:FF:FF:FF:FF:FF 52:54:00:00:00:01 52:54:00:00:00:01 ',
    '1.2.3.2 eth0 0 ff:ff:ff:ff:ff:ff 00:00:00:00:00:00 ',
    '1.2.3.3 eth0 2 ',
  ];
  const runner = { run: async () => ({ status: 0, stdout: `${lines.join('\n')}\n`, stderr: '' }) };
  const places = [1, 2, 3].map((number) => ({ address: `1.2.3.${number}`, device: 'eth0' }));
  expect(await askOnWire(runner as unknown as Runner, 'iputils', places)).toEqual([
    { address: '1.2.3.1', device: 'eth0', macs: ['52:54:00:00:00:01'] },
    { address: '1.2.3.2', device: 'eth0', macs: [] },
    { address: '1.2.3.3', device: 'eth0', macs: null },
  ]);
});
