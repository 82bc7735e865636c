import { beforeAll, describe, expect, test } from 'vitest';
import { type TestHost, useCluster } from './support/cluster.ts';
import { secondsUntilFree } from './support/lock.ts';
import { aliases, type ErrorDocument, expectConverged, lvsJson } from './support/lvs.ts';
import { replaceProgram } from './support/stand-in-program.ts';
import { until } from './support/until.ts';

/** Everything that lvs may change on a router. */
async function stateOf(host: TestHost): Promise<string> {
  return host.output(
    'ipvsadm -Sn; ipvsadm -Ln --thresholds; ip -br addr; sysctl -a 2>/dev/null | grep -F net.ipv4.vs.',
  );
}

describe('faults', () => {
  const cluster = useCluster();
  const { lvs1, lvs2 } = cluster;
  const states = async () => [await stateOf(lvs1), await stateOf(lvs2), await lvs1.read('/etc/lvs/lvs.yaml')];

  /** Runs a command that must fail, and asserts that nothing is different afterwards. */
  async function expectNothingChanged(words: string, status: number, said: RegExp): Promise<void> {
    const before = await states();
    const { status: found, document } = await lvsJson<ErrorDocument>(lvs1, words);
    expect({ status: found, said: document.error?.message }).toEqual({ status, said: expect.stringMatching(said) });
    expect(await states()).toEqual(before);
  }

  beforeAll(async () => {
    await cluster.reset();
    await lvs1.output('lvs apply --yes');
  });

  test('a scheduler whose module is not there', async () => {
    await expectNothingChanged(
      'vip set web --scheduler twos',
      3,
      /Scheduler .*not found.*everything is as it was before/,
    );
  });

  test('a device that is missing', async () => {
    await expectNothingChanged('vip add 1.2.3.9:80 --device eth9', 4, /lvs1: there is no device eth9; nothing was run/);
  });

  test('a device that is down', async () => {
    await lvs1.output('ip link add dummy7 type dummy');
    await expectNothingChanged(
      'vip add 1.2.3.9:80 --device dummy7',
      4,
      /lvs1: the device dummy7 is down; nothing was run/,
    );
    await lvs1.output('ip link del dummy7');
  });

  test('ipvsadm failing on the n-th line: what the lines before and after it did is put back, on both routers', async () => {
    const file = await lvs1.read('/etc/lvs/lvs.yaml');
    await lvs1.write(
      '/etc/lvs/lvs.yaml',
      `${file}  one: { address: 'tcp://1.2.3.2:80', scheduler: rr, real-servers: [192.168.1.2, 192.168.1.3] }
  two: { address: 'tcp://1.2.3.3:80', scheduler: twos, real-servers: [192.168.1.2] }
  three: { address: 'tcp://1.2.3.4:80', scheduler: rr, real-servers: [192.168.1.2] }
`,
    );
    await expectNothingChanged('apply --yes', 3, /ipvsadm .*as it was before/);
    await lvs1.write('/etc/lvs/lvs.yaml', file);
  });

  test('a change that silently does not take', async () => {
    const restore = await replaceProgram(
      lvs2,
      'ipvsadm',
      'case $1 in -R) cat >/dev/null;; *) exec "$real" "$@";; esac\n',
    );
    await expectNothingChanged(
      'real set web 192.168.1.2 --weight 7',
      3,
      /did not take: 192\.168\.1\.2:80 on lvs2: everything is as it was/,
    );
    await restore();
  });

  test('a put-back that fails: exit status 5, and what each router has', async () => {
    const restore = await replaceProgram(
      lvs2,
      'ipvsadm',
      'case $1 in -R) "$real" "$@"; echo "broken" >&2; mount --bind /bin/false "$real"; exit 1;; *) exec "$real" "$@";; esac\n',
    );
    const { status, document } = await lvsJson<ErrorDocument>(lvs1, 'real set web 192.168.1.2 --weight 7');
    await lvs2.output('umount /run/real/ipvsadm');
    await restore();
    expect({ status, code: document.error.code }).toEqual({ status: 5, code: 'not-put-back' });
    const said = document.error.details.map(({ message }) => message).join('\n');
    expect(said).toMatch(/lvs1 has 1\.2\.3\.1, 192\.168\.1\.254 and 1 virtual server/);
    expect(said).toMatch(/lvs2 cannot be read now/);
    await lvs1.output('lvs apply --yes');
    await expectConverged(lvs1);
  });

  test('a full disk under the configuration', async () => {
    const file = await lvs1.read('/etc/lvs/lvs.yaml');
    await lvs1.output(
      'mkdir -p /run/full && mount -t tmpfs -o size=4k,mode=755 tmpfs /run/full && cp /etc/lvs/lvs.yaml /run/full/',
    );
    const before = [await stateOf(lvs1), await stateOf(lvs2)];
    const { status, stderr } = await lvs1.run('lvs vip add 1.2.3.9:80 -c /run/full/lvs.yaml');
    expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringContaining('no space left on the device') });
    expect([await stateOf(lvs1), await stateOf(lvs2)]).toEqual(before);
    expect(await lvs1.read('/run/full/lvs.yaml')).toBe(file);
    expect((await lvs1.output('ls -A /run/full')).trim()).toBe('lvs.yaml');
    await lvs1.output('umount /run/full');
  });

  test('killed with -9 half-way: the lock is free, and the next apply converges', async () => {
    await lvs1.output('ipvsadm -C');
    await lvs2.output('ipvsadm -C');
    const restore = await replaceProgram(
      lvs2,
      'ipvsadm',
      'case $1 in -R) "$real" "$@"; sleep 3;; *) exec "$real" "$@";; esac\n',
    );
    const running = await lvs1.start('lvs apply --yes');
    await until('rules on lvs2', async () => (await lvs2.output('ipvsadm -Sn')) !== '', running);
    await restore();
    await lvs1.output('pkill -KILL -f "[r]un.js apply"');
    expect((await running.finished).status).not.toBe(0);
    expect(await secondsUntilFree(lvs2)).toBeLessThan(15);
    await lvs1.output('lvs apply --yes');
    await expectConverged(lvs1);
    expect(await aliases(lvs1)).toEqual(['1.2.3.1/32 eth0:1', '192.168.1.254/32 eth1:1']);
  });

  test('locked by another: refused at once, naming who, since when and what', async () => {
    const lock = await lvs2.start(
      "flock -n /run/lvs/lock sh -c \"printf '%s\\n' alice here 2026-01-01 'lvs apply' > /run/lvs/lock; sleep 60\"",
    );
    await until('the lock', async () => (await lvs2.read('/run/lvs/lock')).startsWith('alice'), lock);
    await expectNothingChanged(
      'vip set web --scheduler lc',
      4,
      /lvs2 is locked: alice, from here, since 2026-01-01: lvs apply/,
    );
    await lvs2.signal(lock, 'SIGKILL');
    await lvs2.output('pkill -KILL sleep; true');
  });
});
