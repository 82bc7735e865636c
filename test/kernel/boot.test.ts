import { beforeAll, describe, expect, test } from 'vitest';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { boot } from './support/boot.ts';
import { useCluster } from './support/cluster.ts';
import { aliases, type ErrorDocument, expectConverged, lvsJson } from './support/lvs.ts';

describe('a router that boots', () => {
  const cluster = useCluster();
  const { lvs1, lvs2 } = cluster;
  const thresholds = figureFile.replace('192.168.1.3, weight: 1', '192.168.1.3, upper-threshold: 500');

  beforeAll(async () => {
    expect(thresholds).toContain('upper-threshold');
    await cluster.reset(thresholds);
    await lvs1.output('lvs apply --yes');
  });

  test('has the configuration, its rules and the unit, each where it belongs, and apply again runs nothing', async () => {
    for (const router of [lvs1, lvs2]) {
      expect(await router.read('/etc/lvs/lvs.yaml')).toBe(thresholds);
      expect(await router.read('/etc/lvs/boot.rules')).toContain('-r 192.168.1.3:80 -m -w 1 -x 500');
      expect(await router.output('ls -A /etc/lvs')).not.toContain('lvs-new');
      expect(await router.output('ls -A /etc/systemd/system')).not.toContain('lvs-claim');
      expect(await router.output('readlink -f /etc/systemd/system/multi-user.target.wants/lvs-boot.service')).toBe(
        '/etc/systemd/system/lvs-boot.service\n',
      );
    }
    await expectConverged(lvs1);
    await expectConverged(lvs2);
  });

  test('waits, and has its rules, settings and daemons back before anything else is run', async () => {
    await cluster.killRouter('lvs2');
    await cluster.restartRouter('lvs2');
    expect(await boot(lvs2)).toMatchObject({ status: 0, stderr: '' });
    expect(await lvs2.output('ipvsadm -Sn')).toBe(await lvs1.output('ipvsadm -Sn'));
    expect(await lvs2.output('ipvsadm -Ln --thresholds')).toContain('500');
    expect(await aliases(lvs2)).toEqual([]);
    await expectConverged(lvs2);
    // Once more changes nothing.
    expect(await boot(lvs2)).toMatchObject({ status: 0 });
    await expectConverged(lvs1);
  });

  test('rules that cannot be loaded are said, and put right by apply', async () => {
    await cluster.killRouter('lvs2');
    await cluster.restartRouter('lvs2');
    await lvs2.output('echo "-A -t 1.2.3.1:81 -s nonsense" >> /etc/lvs/boot.rules');
    const { status, stderr } = await boot(lvs2);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('lvs-boot: rules:') });
    expect(await aliases(lvs2)).toEqual([]);
    const { document } = await lvsJson(lvs1, 'diff');
    expect(document.routers[1]?.changes.map(({ key }) => key)).toContain('/etc/lvs/boot.rules');
    await lvs1.output('lvs apply --yes');
    await expectConverged(lvs1);
  });

  test("somebody else's edit of a copy is shown and refused, and replaced when told to", async () => {
    await lvs2.output('echo "# mine" >> /etc/lvs/lvs.yaml');
    const status = await lvs1.run('lvs status --check');
    expect({ status: status.status, stdout: status.stdout }).toEqual({
      status: 1,
      stdout: expect.stringMatching(/! lvs2 has \d differences?: "lvs diff" shows them/),
    });
    const shown = await lvs1.run('lvs diff');
    expect(shown.status).toBe(1);
    expect(shown.stdout).toContain('-# mine');
    expect(shown.stdout).toContain('was edited by another user');
    const { status: refused, document } = await lvsJson<ErrorDocument>(lvs1, 'vip set web --scheduler lc');
    expect({ status: refused, code: document.error.code }).toEqual({ status: 4, code: 'stale' });
    expect(document.error.details[0]?.message).toMatch(/installed by root, from lvs1, 20.*: lvs apply --yes/);
    expect(await lvs2.read('/etc/lvs/lvs.yaml')).toContain('# mine');
    expect(await lvs1.output('ipvsadm -Sn')).not.toContain('-s lc');
    await lvs1.output('lvs vip set web --scheduler lc --overwrite');
    expect(await lvs2.read('/etc/lvs/lvs.yaml')).toBe(await lvs1.read('/etc/lvs/lvs.yaml'));
    await expectConverged(lvs2);
  });

  test('a disk of the peer that is full: nothing has changed, the copies included', async () => {
    const before = await lvs2.output('cat /etc/lvs/lvs.yaml /etc/lvs/boot.rules; ipvsadm -Sn');
    await lvs2.output(
      'mkdir -p /run/full && cp /etc/lvs/* /run/full/ && mount -t tmpfs -o size=24k,mode=755 tmpfs /etc/lvs',
    );
    await lvs2.output('cp /run/full/* /etc/lvs/; head -c 100000 /dev/zero >/etc/lvs/filler; true');
    const file = await lvs1.read('/etc/lvs/lvs.yaml');
    const { status, stderr } = await lvs1.run('lvs vip set web --scheduler wrr');
    expect({ status, stderr }).toEqual({
      status: 3,
      stderr: expect.stringContaining('everything is as it was before'),
    });
    expect(await lvs2.output('cat /etc/lvs/lvs.yaml /etc/lvs/boot.rules; ipvsadm -Sn')).toBe(before);
    expect(await lvs2.output('ls -A /etc/lvs')).not.toContain('lvs-new');
    expect(await lvs1.read('/etc/lvs/lvs.yaml')).toBe(file);
    await lvs2.output('umount /etc/lvs');
  });
});
