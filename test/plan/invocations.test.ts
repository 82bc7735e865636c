import { expect, it } from 'vitest';
import type { Change, Command } from '../../src/plan/change.ts';
import { invocations } from '../../src/plan/invocations.ts';

function changesOf(...commands: (readonly [Command['stage'], string])[]): Change[] {
  return commands.map(([stage, line]) => ({
    action: 'change',
    kind: 'setting',
    virtualServer: null,
    key: line,
    before: null,
    after: null,
    commands: [{ stage, argv: line.split(' ') }],
  }));
}

const changes = changesOf(
  ['rules', 'ipvsadm -A -t 1.2.3.1:80 -s rr'],
  ['enable', 'ip addr add 1.2.3.1/32 dev eth0'],
  ['announce', 'arping -q -U -c 1 -I eth0 1.2.3.1'],
  ['settings', 'ipvsadm --set 900 120 300'],
  ['settings', 'sysctl -w net.ipv4.vs.conntrack=1'],
  ['rules', 'ipvsadm -A -t 1.2.3.2:80 -s rr'],
  ['enable', 'ip addr add 1.2.3.2/32 dev eth0'],
  ['announce', 'arping -q -U -c 1 -I eth0 1.2.3.2'],
  ['settings', 'sysctl -w net.ipv4.conf.eth0.promote_secondaries=1'],
  ['settings', 'sysctl -w net.ipv4.conf.eth0.promote_secondaries=1'],
  ['settings', 'ipvsadm --stop-daemon master'],
  ['withdraw', 'ipvsadm -D -t 1.2.3.9:80'],
);

it('is one process for all rules, and one for all addresses', () => {
  expect(invocations(changes, 'rules')).toEqual([
    { argv: ['ipvsadm', '-R'], input: '-A -t 1.2.3.1:80 -s rr\n-A -t 1.2.3.2:80 -s rr\n' },
  ]);
  expect(invocations(changes, 'enable')).toEqual([
    { argv: ['ip', '-batch', '-'], input: 'addr add 1.2.3.1/32 dev eth0\naddr add 1.2.3.2/32 dev eth0\n' },
  ]);
  expect(invocations(changes, 'withdraw')).toEqual([{ argv: ['ipvsadm', '-R'], input: '-D -t 1.2.3.9:80\n' }]);
});

it('is one process for all settings, each of them once, and one for each command that is no rule', () => {
  expect(invocations(changes, 'settings')).toEqual([
    {
      argv: ['sysctl', '-q', '-w', 'net.ipv4.vs.conntrack=1', 'net.ipv4.conf.eth0.promote_secondaries=1'],
      input: null,
    },
    { argv: ['ipvsadm', '--set', '900', '120', '300'], input: null },
    { argv: ['ipvsadm', '--stop-daemon', 'master'], input: null },
  ]);
});

it('is one process that announces all addresses side by side', () => {
  const [announcement, ...others] = invocations(changes, 'announce');
  expect(others).toEqual([]);
  expect(announcement?.argv.slice(0, 2)).toEqual(['xargs', '-P']);
  expect(announcement?.input).toBe('-q -U -c 1 -I eth0 1.2.3.1\n-q -U -c 1 -I eth0 1.2.3.2\n');
});

it('is one process for what has to be done at once, in its order, by programs that are started beforehand', () => {
  const lines = [
    'tc filter add dev eth0',
    'sleep 0.1',
    'ip addr del 1.2.3.1/32 dev eth0',
    'tc qdisc change dev x root',
  ];
  const [invocation, ...others] = invocations(changesOf(...lines.map((line) => ['hold', line] as const)), 'hold');
  expect(others).toEqual([]);
  expect(invocation?.argv.slice(0, 2)).toEqual(['sh', '-c']);
  // A session sends words a line each.
  expect(invocation?.argv.join('')).not.toContain('\n');
  expect(invocation?.input).toBe(lines.map((line) => `${line}\n`).join(''));
});

it('does not put options of ip itself into a batch', () => {
  const rules = changesOf(['prepare', 'ip rule add pref 1'], ['prepare', 'ip -6 rule add pref 1']);
  expect(invocations(rules, 'prepare').map(({ argv }) => argv.join(' '))).toEqual([
    'ip rule add pref 1',
    'ip -6 rule add pref 1',
  ]);
});

it('is nothing where a stage has nothing to do', () => {
  expect(invocations(changes, 'disable')).toEqual([]);
  expect(invocations([], 'rules')).toEqual([]);
});
