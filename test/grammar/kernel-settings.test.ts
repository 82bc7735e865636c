import { expect, it } from 'vitest';
import { parseDaemons, parseTimeouts } from '../../src/grammar/kernel-settings.ts';
import { outputOf } from './transcript.ts';

const transcript = 'timeouts-and-daemons';

it('reads both synchronisation daemons', () => {
  expect(parseDaemons(outputOf(transcript, 'ipvsadm -L --daemon', 2))).toEqual([
    { role: 'master', device: 'eth1', id: 7, maxLength: 1472 },
    { role: 'backup', device: 'eth0', id: 8, maxLength: 1024 },
  ]);
});

it('reads the daemons of a version that says less', () => {
  const older = 'master sync daemon (mcast=bond0.5, syncid=255)\n';
  expect(parseDaemons(older)).toEqual([{ role: 'master', device: 'bond0.5', id: 255, maxLength: null }]);
});

it('reads that none runs', () => {
  expect(parseDaemons(outputOf('table', 'ipvsadm -L --daemon'))).toEqual([]);
});

it('refuses what is no daemon', () => {
  expect(() => parseDaemons('slave sync daemon (mcast=eth0, syncid=1)')).toThrow('line 1');
});

it('reads timeouts', () => {
  expect(parseTimeouts(outputOf(transcript, 'ipvsadm -L --timeout', 2))).toEqual({ tcp: 900, tcpFin: 60, udp: 300 });
  expect(() => parseTimeouts('')).toThrow('empty or was cut off');
  expect(() => parseTimeouts('Timeout: 900')).toThrow('line 1');
});
