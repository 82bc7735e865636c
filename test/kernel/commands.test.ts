import { beforeAll, describe, expect, test } from 'vitest';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { useCluster } from './support/cluster.ts';
import { aliases, type ErrorDocument, expectConverged } from './support/lvs.ts';
import { replaceProgram } from './support/stand-in-program.ts';
import { untilSays } from './support/until.ts';

/** Through sudo on the one router, as an administrator without root's key would have it. */
const withSudo = figureFile.replace('ssh: root@192.168.1.12', 'ssh: root@192.168.1.12, sudo: true');

describe('commands', () => {
  const cluster = useCluster();
  const { lvs1, lvs2 } = cluster;

  beforeAll(async () => {
    expect(withSudo).toContain('sudo: true');
    await cluster.reset(withSudo);
    await lvs1.output('lvs apply');
  });

  test('a router is reached through sudo', async () => {
    expect(await lvs2.output('ipvsadm -Sn')).toBe(await lvs1.output('ipvsadm -Sn'));
    await expectConverged(lvs1);
  });

  test.each(['INT', 'HUP'])('SIG%s at a question ends it, and nothing was run', async (signal) => {
    const before = await lvs2.output('ipvsadm -Sn');
    const asking = await lvs1.start('script -qec "lvs vip disable web" /dev/null');
    await untilSays(asking, 'Go on?');
    await lvs1.output(`pkill -${signal} -f "[n]ode .*run.js vip disable"`);
    const { status, stdout } = await asking.finished;
    expect({ status, stdout }).toEqual({
      status: 130,
      stdout: expect.stringContaining('interrupted: nothing was run'),
    });
    expect(await lvs2.output('ipvsadm -Sn')).toBe(before);
  });

  test('a question is asked at a terminal: no runs nothing, yes runs', async () => {
    const asked = await lvs1.run('script -qec "lvs vip disable web" /dev/null', { input: 'n\n' });
    expect(asked.stdout).toContain('Go on? [y/N]');
    expect(asked.stdout).toContain('not confirmed: nothing was run');
    expect(asked.status).toBe(4);
    expect(await lvs2.output('ipvsadm -Sn')).toContain('-A -t 1.2.3.1:80');
    const answered = await lvs1.run('script -qec "lvs vip disable web" /dev/null', { input: 'y\n' });
    expect(answered.status).toBe(0);
    expect(await lvs2.output('ipvsadm -Sn')).not.toContain('-A -t 1.2.3.1:80');
    await lvs1.output('lvs vip enable web');
  });

  test('status is well when all is, and names what is not', async () => {
    const well = await lvs1.run('lvs status --check');
    expect(well).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(
        /^LVS OK: lvs1 active, 1 virtual server, 2 of 2 real servers serving \| active=\d+ /,
      ),
    });
    expect(await lvs1.output('lvs status --check --quiet')).toBe('');
    await lvs2.output('ipvsadm -C && sysctl -qw net.ipv4.ip_forward=0');
    const { status, stdout } = await lvs1.run('lvs status --check --stats');
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^! lvs2 does not forward.*\n! lvs2 has 3 differences: "lvs diff" shows them\n1 virtual server; /m,
    );
    expect(stdout).toContain('packets in');
    expect(stdout).not.toContain('\u001b');
    await lvs2.output('sysctl -qw net.ipv4.ip_forward=1');
    await lvs1.output('lvs apply --yes');
  });

  test.each([
    ['two applies', 'apply', 'apply'],
    ['two failovers', 'failover', 'failover'],
    ['a failover and an apply', 'failover', 'apply'],
  ])('two administrators at once, %s: one goes, the other is told who holds the lock', async (_, first, second) => {
    await lvs2.write('/etc/lvs/lvs.yaml', await lvs1.read('/etc/lvs/lvs.yaml'));
    await lvs1.output('lvs apply --yes');
    // Whoever is first takes long enough for the other to come.
    const restore = await replaceProgram(lvs2, 'ipvsadm', 'sleep 1; exec "$real" "$@"\n');
    const runs = await Promise.all([lvs1.run(`lvs ${first} --yes --json`), lvs2.run(`lvs ${second} --yes --json`)]);
    await restore();
    expect(runs.map(({ status }) => status).sort()).toEqual([0, 4]);
    const refused = runs.find(({ status }) => status === 4);
    const { error }: ErrorDocument = JSON.parse(refused?.stdout ?? '');
    expect(error).toMatchObject({
      code: 'locked',
      message: expect.stringMatching(/^lvs1 is locked: root, from .*, since 20.*Z: lvs (apply|failover)/),
    });
    const held = await Promise.all([lvs1, lvs2].map(aliases));
    expect(held.map(({ length }) => length).sort()).toEqual([0, 2]);
    await expectConverged(lvs1);
  });
});
