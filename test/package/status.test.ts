import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { listing, StandInRouters } from './stand-in-routers.ts';

let sandbox: Sandbox;
let routers: StandInRouters;

beforeAll(() => {
  sandbox = new Sandbox();
  routers = new StandInRouters(sandbox.folder, join(sandbox.folder, 'bin'));
});

beforeEach(() => {
  routers.broken = false;
  routers.restore();
});

afterAll(() => sandbox.remove());

function lvs(line: string) {
  const { status, stdout, stderr } = sandbox.run(['lvsadm', ...line.split(' ')]);
  return { status, stdout, stderr };
}

test('status --check has one line for Nagios first, and -q is silent where all is well', () => {
  const { status, stdout } = lvs('status --check');
  expect(stdout.split('\n')[0]).toBe(
    'LVS OK: lvs1 active, 1 virtual server, 2 of 2 real servers serving | active=60 inactive=7 serving=2;;;0;2 down=0 faults=0 connections_per_second=18',
  );
  expect(status).toBe(0);
  expect(lvs('status --check -q')).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('status -q says what is wrong, and no more', () => {
  routers.print('ipvsadm -Sn', '-A -t 1.2.3.1:80 -s wrr\n-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2\n');
  routers.print('ipvsadm -Ln --thresholds', listing(['TCP  1.2.3.1:80 wrr', '  -> 192.168.1.2:80  0  0  40  7']));
  expect(lvs('status -q')).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^! lvs1 has \d differences: "lvs diff" shows them\n! lvs2 has .*\n$/),
    stderr: '',
  });
  expect(lvs('diff -q')).toEqual({ status: 1, stdout: '', stderr: '' });
  expect(lvs('apply -n -q').stdout).toMatch(/^To do: \d+ to add/m);
  const check = lvs('status --check -q');
  expect({ ...check, stdout: check.stdout.split('\n').length }).toEqual({ status: 1, stdout: 4, stderr: '' });
});

test('-v tells of each command with its time, on standard error', () => {
  const { stdout, stderr } = lvs('status -v --json');
  expect(JSON.parse(stdout)).toMatchObject({ version: 1, faults: [], summary: { serving: 2 } });
  expect(stderr).toMatch(/^lvs1: reached, and looked around {2}\d\.\d{3} s$/m);
  expect(stderr).toMatch(/^lvs2# ipvsadm -Sn {2}\d\.\d{3} s$/m);
  expect(stderr.match(/# ipvsadm -Ln --rate --exact/g)).toHaveLength(1);
  expect(lvs('status').stderr).toBe('');
});

test('status VIP is about one, by its name or address; an unknown one is an error that says what there is', () => {
  expect(JSON.parse(lvs('status 1.2.3.1 --json').stdout).virtualServers).toHaveLength(1);
  expect(lvs('status wbe')).toEqual({
    status: 2,
    stdout: '',
    stderr: 'lvs: no virtual server "wbe" is declared\n  web (tcp://1.2.3.1:80)\nhint: did you mean "web"?\n',
  });
});

test('what cannot be read is unknown to Nagios', () => {
  routers.broken = true;
  expect(lvs('status --check')).toMatchObject({ status: 3, stdout: '' });
  for (const line of ['status --check=nagios --colour', 'status web more --check=nagios']) {
    const { status, stdout } = lvs(line);
    expect({ status, stdout }).toEqual({ status: 3, stdout: expect.stringMatching(/^LVS UNKNOWN: [^\n]+\n$/) });
  }
});

test('options that do not go together are refused', () => {
  expect(lvs('status --watch --check').status).toBe(2);
  expect(lvs('status --interval 5').status).toBe(2);
  expect(lvs('status --watch --interval 0.1').stderr).toMatch(
    /^lvs: --interval: found "0.1"; allowed: .*at least 0.5s/,
  );
});

test('the numbers are those of the active router', () => {
  routers.print('ipvsadm -Ln', listing(['TCP  1.2.3.1:80 wrr', '  -> 192.168.1.2:80  Masq  2  77  7']));
  expect(JSON.parse(lvs('status --json').stdout).summary).toMatchObject({
    activeConnections: 77,
    inactiveConnections: 7,
  });
});
