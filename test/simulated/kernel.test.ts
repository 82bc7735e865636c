import { describe, expect, it } from 'vitest';
import { parseConnections } from '../../src/grammar/connections.ts';
import { keyOfRealServer } from '../../src/model/identity.ts';
import { succeeded } from './execution.ts';
import { SimulatedKernel } from './kernel.ts';

const rules = `-A -t 1.2.3.1:80 -s wlc
-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 1
-a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 1
`;

function realServersOf(kernel: SimulatedKernel): string[] {
  return [...kernel.state().virtualServers.values()].flatMap(({ realServers }) =>
    [...realServers.values()].map(keyOfRealServer),
  );
}

describe('what a test sees', () => {
  it('is the state after each single change, also within a batch', () => {
    const kernel = new SimulatedKernel();
    const seen: number[] = [];
    kernel.onMutation(() => seen.push(realServersOf(kernel).length));
    kernel.execute(['ipvsadm', '-R'], rules);
    expect(seen).toEqual([0, 1, 2]);
    expect(kernel.log()).toEqual(
      rules
        .trim()
        .split('\n')
        .map((line) => `ipvsadm ${line}`),
    );
  });

  it('is the state it began with', () => {
    const kernel = new SimulatedKernel({
      devices: ['ens3'],
      addresses: [{ address: '1.2.3.11', prefix: 24, device: 'ens3', label: null }],
      settings: { 'net.ipv4.vs.sync_threshold': '0 1' },
    });
    expect(kernel.state()).toEqual({
      virtualServers: new Map(),
      addresses: [{ address: '1.2.3.11', prefix: 24, device: 'ens3', label: null, secondary: false }],
      settings: new Map([['net.ipv4.vs.sync_threshold', '0 1']]),
      timeouts: { tcp: 900, tcpFin: 120, udp: 300 },
      syncDaemons: [],
      files: new Map(),
    });
  });

  it('does not change afterwards', () => {
    const kernel = new SimulatedKernel();
    kernel.execute(['ipvsadm', '-R'], rules);
    const before = kernel.state();
    kernel.execute(['ipvsadm', '-d', '-t', '1.2.3.1:80', '-r', '192.168.1.2:80']);
    kernel.execute(['ipvsadm', '-C']);
    expect([...before.virtualServers.values()].map(({ realServers }) => realServers.size)).toEqual([2]);
  });

  it('does not show reading as a change', () => {
    const kernel = new SimulatedKernel();
    kernel.execute(['/sbin/ipvsadm', '-Sn']);
    kernel.execute(['sudo', '-n', 'ip', '-j', 'addr', 'show']);
    kernel.execute(['sysctl', '-n', 'net.ipv4.ip_forward']);
    expect(kernel.log()).toEqual([]);
  });
});

describe('a fault', () => {
  it('refuses one line of a batch, which goes on', () => {
    const kernel = new SimulatedKernel();
    kernel.fail({ matching: /^ipvsadm -a/, nth: 1, effect: 'refuse', stderr: 'Memory allocation problem' });
    expect(kernel.execute(['ipvsadm', '-R'], rules)).toEqual({ ...succeeded, stderr: 'Memory allocation problem\n' });
    expect(realServersOf(kernel)).toEqual(['192.168.1.3:80']);
  });

  it('stops a batch of ip, which names the line', () => {
    const kernel = new SimulatedKernel();
    kernel.fail({
      matching: /1\.2\.3\.2/,
      effect: 'refuse',
      status: 2,
      stderr: 'RTNETLINK answers: No buffer space available',
    });
    const batch = 'addr add 1.2.3.1/32 dev eth0\naddr add 1.2.3.2/32 dev eth0\naddr add 1.2.3.3/32 dev eth0\n';
    expect(kernel.execute(['ip', '-batch', '-'], batch)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^RTNETLINK .*\nCommand failed -:2\n$/),
    });
    expect(kernel.state().addresses.map(({ address }) => address)).toEqual(['1.2.3.1']);
  });

  it('may go unnoticed', () => {
    const kernel = new SimulatedKernel();
    kernel.fail({ matching: /-r 192\.168\.1\.2/, effect: 'ignore' });
    expect(kernel.execute(['ipvsadm', '-R'], rules)).toEqual(succeeded);
    expect(realServersOf(kernel)).toEqual(['192.168.1.3:80']);
  });

  it('may take the router away in the middle', () => {
    const kernel = new SimulatedKernel();
    kernel.fail({ matching: /./, nth: 3, effect: 'die' });
    expect(kernel.execute(['ipvsadm', '-R'], rules)).toMatchObject({ status: 255, stdout: '' });
    expect(kernel.execute(['ipvsadm', '-Sn'])).toMatchObject({ status: 255, stdout: '' });
    kernel.revive();
    expect(realServersOf(kernel)).toEqual(['192.168.1.2:80']);
    expect(kernel.execute(['ipvsadm', '-Sn']).status).toBe(0);
  });

  it('ends with its repair', () => {
    const kernel = new SimulatedKernel();
    kernel.fail({ matching: /./, effect: 'refuse' });
    expect(kernel.execute(['ipvsadm', '-C']).status).toBe(255);
    kernel.repair();
    expect(kernel.execute(['ipvsadm', '-C'])).toEqual(succeeded);
  });
});

describe('arping', () => {
  const addresses = [{ address: '1.2.3.1', prefix: 32, device: 'eth0', label: 'eth0:1' }];

  it('announces what the router holds', () => {
    const kernel = new SimulatedKernel({ addresses });
    expect(kernel.execute('arping -q -U -c 2 -I eth0 1.2.3.1'.split(' '))).toEqual(succeeded);
    expect(kernel.announcements()).toEqual([{ device: 'eth0', address: '1.2.3.1', count: 2 }]);
  });

  it.each([
    ['arping -q -U -c 1 -I eth9 1.2.3.1', 'arping: Device eth9 not available.\n'],
    ['arping -q -U -c 1 -I eth0 1.2.99.99', 'arping: bind: Cannot assign requested address\n'],
    ['arping -q -U -c 1 -I eth1 1.2.3.1', ''],
  ])('refuses %s', (command, stderr) => {
    const kernel = new SimulatedKernel({ addresses });
    kernel.setDevice('eth1', false);
    expect(kernel.execute(command.split(' '))).toEqual({ status: 2, stdout: '', stderr });
    expect(kernel.announcements()).toEqual([]);
  });
});

it('knows settings of each device, and keeps several numbers in one', () => {
  const kernel = new SimulatedKernel({ devices: ['ens3'] });
  kernel.execute(['sysctl', '-w', 'net.ipv4.vs.sync_threshold=0 1', 'net.ipv4.conf.ens3.promote_secondaries=1']);
  expect(kernel.execute(['sysctl', '-n', 'net.ipv4.vs.sync_threshold']).stdout).toBe('0\t1\n');
  expect(Object.fromEntries(kernel.state().settings)).toEqual({
    'net.ipv4.vs.sync_threshold': '0 1',
    'net.ipv4.conf.ens3.promote_secondaries': '1',
  });
});

it('has no connections', () => {
  expect(parseConnections(new SimulatedKernel().execute(['ipvsadm', '-Lcn']).stdout)).toEqual([]);
});

it('has no program that nobody wrote', () => {
  expect(new SimulatedKernel().execute(['nft', 'list', 'ruleset'])).toMatchObject({ status: 127 });
});
