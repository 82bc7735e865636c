import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useCluster } from './support/cluster.ts';
import { runDoctor } from './support/doctor.ts';
import { electedFigure, stopKeepalived } from './support/keepalived.ts';
import { aliases } from './support/lvs.ts';
import { until } from './support/until.ts';

const config = '/etc/keepalived/keepalived.conf';

describe('doctor under engine: keepalived', () => {
  const cluster = useCluster();
  const { lvs1, lvs2 } = cluster;
  const routers = [lvs1, lvs2];

  beforeAll(async () => {
    await cluster.reset(electedFigure);
    await lvs1.output('lvs apply --yes');
  });
  afterAll(() => stopKeepalived(routers));

  test('of a pair that is as declared nothing is wrong', async () => {
    const { status, wrong } = await runDoctor(lvs1);
    expect({ status, wrong }).toEqual({ status: 0, wrong: {} });
  });

  test('held at fault', async () => {
    await lvs2.write('/run/lvs-hold', '1\n');
    const { wrong } = await runDoctor(lvs1);
    await lvs2.write('/run/lvs-hold', '0\n');
    expect(wrong).toEqual({ lvs2: ['keepalived-fault'] });
  });

  test('an address that keepalived did not enable', async () => {
    await lvs2.output('ip addr add 1.2.3.1/32 dev eth0');
    const { wrong } = await runDoctor(lvs1);
    // keepalived removes it by itself if it meanwhile takes part in another election.
    await lvs2.run('ip addr del 1.2.3.1/32 dev eth0');
    expect(wrong.lvs2).toEqual(['both-hold', 'keepalived-leftover']);
  });

  test('a configuration that was edited, or is of somebody else', async () => {
    const ours = await lvs2.read(config);
    await lvs2.write(config, `${ours}# mine\n`);
    const edited = await runDoctor(lvs1, '--on lvs2');
    await lvs2.write(config, '# mine\n');
    const theirs = await runDoctor(lvs1, '--on lvs2');
    await lvs2.write(config, ours);
    expect(edited.finding('lvs2', 'keepalived-conf')?.mend).toContain('lvs apply --overwrite');
    expect(theirs.finding('lvs2', 'keepalived-conf')?.mend).toContain('lvs import keepalived');
  });

  test('the master lacks an address', async () => {
    const less = electedFigure.replace(/\n {2}web:/, '\n  more: { address: "tcp://1.2.3.9:80" }\n  web:');
    await lvs1.write('/run/other.yaml', less);
    const { wrong } = await runDoctor(lvs1, '--config /run/other.yaml');
    expect(wrong.lvs1).toEqual(['keepalived-lacks']);
  });

  test('it says nothing', async () => {
    await lvs2.output('kill -STOP $(pgrep -x keepalived)');
    const { wrong } = await runDoctor(lvs1, '--on lvs2');
    await lvs2.output('kill -CONT $(pgrep -x keepalived)');
    expect(wrong.lvs2).toEqual(['keepalived-silent']);
  });

  test('a firewall between the two: both are master', async () => {
    for (const router of routers) await router.output('iptables-legacy -A INPUT -p vrrp -j DROP');
    await until('two masters', async () => (await aliases(lvs2)).length > 0);
    const { wrong, finding } = await runDoctor(lvs1);
    for (const router of routers) await router.output('iptables-legacy -F INPUT');
    await until('one master', async () => (await Promise.all(routers.map(aliases))).some((held) => held.length === 0));
    for (const name of ['lvs1', 'lvs2']) {
      expect(wrong[name]).toEqual(expect.arrayContaining(['both-hold', 'two-masters', 'firewall-vrrp']));
    }
    expect(finding('lvs1', 'firewall-vrrp')?.mend).toBe('iptables-legacy -I INPUT -i eth1 -p vrrp -j ACCEPT');
    expect(finding('lvs1', 'two-masters')?.what).toBe('keepalived is MASTER on lvs1 and lvs2');
  });

  test('it does not run', async () => {
    await stopKeepalived([lvs2]);
    const { status, wrong } = await runDoctor(lvs1);
    expect({ status, lvs2: wrong.lvs2 }).toEqual({ status: 1, lvs2: ['keepalived-stopped'] });
    await lvs1.output('lvs apply --yes');
  });
});
