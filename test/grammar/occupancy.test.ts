import { expect, it } from 'vitest';
import { parseOccupancy } from '../../src/grammar/occupancy.ts';
import { outputOf } from './transcript.ts';

it('reads weights, connections and templates', () => {
  const table = parseOccupancy(outputOf('draining', 'ipvsadm -Ln --persistent-conn'));
  expect([...table.keys()]).toEqual([
    'tcp://1.2.3.1:80',
    'tcp://1.2.3.1:81',
    'udp://1.2.3.1:53',
    'tcp://[2001:db8::1]:80',
    'fwmark:7',
  ]);
  expect(table.get('tcp://1.2.3.1:80')).toEqual(
    new Map([
      ['192.168.1.2:80', { weight: 2, active: 2, inactive: 4, templates: 0 }],
      ['192.168.1.3:80', { weight: 1, active: 1, inactive: 3, templates: 0 }],
    ]),
  );
});

it('reads one virtual server alone', () => {
  const table = parseOccupancy(outputOf('draining', 'ipvsadm -Ln -t 1.2.3.1:81 --persistent-conn'));
  expect(table).toEqual(
    new Map([['tcp://1.2.3.1:81', new Map([['192.168.1.2:81', { weight: 1, active: 0, inactive: 1, templates: 1 }]])]]),
  );
});

it('refuses what it cannot read', () => {
  expect(() => parseOccupancy('TCP  1.2.3.1:80 wrr\n  -> 192.168.1.2:80 1 0 0')).toThrow(
    'ipvsadm -Ln --persistent-conn: line 2 cannot be understood.',
  );
});
