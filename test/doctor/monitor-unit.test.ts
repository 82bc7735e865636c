import { describe, expect, test } from 'vitest';
import type { Examined } from '../../src/doctor/model/examination.ts';
import { figure, figureWith, foundOn } from './support/examined.ts';

const sound = {
  path: '/usr/lib/systemd/system/lvs-monitor.service',
  capabilities: ['cap_net_admin', 'cap_net_raw'],
  calls: ['pkey_alloc', 'read'],
};
const withProgram = figureWith(['scheduler: wrr', 'scheduler: wrr\n    check: { exec: /usr/local/bin/check }']);

function found(change: Partial<NonNullable<Examined['monitorUnit']>>, cluster = withProgram): string[] {
  const findings = foundOn({ monitorUnit: { ...sound, ...change } }, cluster);
  return findings.filter(({ id }) => id === 'monitor-unit').map(({ what }) => what);
}

describe('the unit of the monitor', () => {
  test('of this version is right', () => {
    expect(found({})).toEqual([]);
  });

  test('without CAP_NET_RAW is told beforehand if a check runs a program', () => {
    expect(found({ capabilities: ['cap_net_admin'] })).toEqual([
      '/usr/lib/systemd/system/lvs-monitor.service gives programs of exec checks no CAP_NET_RAW',
    ]);
    expect(found({ capabilities: ['cap_net_admin'] }, figure)).toEqual([]);
  });

  test('that an official build of Node cannot start under is told', () => {
    expect(found({ calls: ['read'] }, figure)).toEqual([
      '/usr/lib/systemd/system/lvs-monitor.service does not allow pkey_alloc(2)',
    ]);
    expect(found({ calls: [] })).toEqual([]);
  });
});
