import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { monitorUnit } from '../../../src/monitor/unit.ts';
import { bootUnit, claimUnit } from '../../../src/plan/files/boot/units.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-units-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** From 0 to 10: what systemd takes a service to lay bare. */
function exposure(name: string, unit: string): number {
  const file = join(folder, name);
  writeFileSync(file, unit);
  const words = ['security', '--offline=true', '--no-pager', file];
  const said = execFileSync('systemd-analyze', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return Number(/Overall exposure level for \S+: ([\d.]+)/.exec(said)?.[1] ?? Number.NaN);
}

describe('units that run as root have few rights', () => {
  test.each([
    ['lvs-boot.service', bootUnit('/etc/lvs/lvs-boot')],
    ['lvs-claim.service', claimUnit('/etc/lvs/lvs-boot')],
    ['lvs-monitor.service', monitorUnit('/usr/bin/lvsadm')],
  ])('%s', (name, unit) => {
    expect(exposure(name, unit)).toBeLessThan(5);
  });
});

test('files of a run that was not confirmed are rolled back outside the sandbox, which could not write them', () => {
  const lines = bootUnit('/etc/lvs/lvs-boot').split('\n');
  const before = lines.indexOf('ExecStartPre=-+/bin/sh /etc/lvs/lvs-boot recover');
  expect(before).toBeGreaterThan(0);
  expect(lines[before + 1]).toBe('ExecStart=/bin/sh /etc/lvs/lvs-boot');
});

describe('the unit of the monitor', () => {
  const unit = monitorUnit('/usr/bin/lvsadm');

  test('allows what official builds of Node call, and kills nothing for a call', () => {
    expect(unit).toMatch(/^SystemCallFilter=@system-service @pkey$/m);
    expect(unit).toMatch(/^SystemCallErrorNumber=EPERM$/m);
  });

  test('lets programs of checks ping', () => {
    expect(unit).toMatch(/^CapabilityBoundingSet=.*\bCAP_NET_RAW\b/m);
  });

  test('starts again however often it has failed', () => {
    const [head = ''] = unit.split('[Service]');
    expect(head).toMatch(/^StartLimitIntervalSec=0$/m);
    expect(unit).toMatch(/^Restart=always$/m);
  });
});
