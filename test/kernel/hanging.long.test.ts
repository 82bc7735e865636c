import { beforeAll, describe, expect, test } from 'vitest';
import { useCluster } from './support/cluster.ts';
import { secondsUntilFree } from './support/lock.ts';
import { aliases, expectConverged } from './support/lvs.ts';
import { replaceProgram } from './support/stand-in-program.ts';

/** What hangs cannot be ended but by KILL, and tells that it runs. */
const hanging = `case "$*" in -R*) ;; *) exec "$real" "$@";; esac
trap '' HUP INT TERM
: >/run/hangs
while :; do sleep 300; done
`;

describe('a write that hangs on the peer', () => {
  const cluster = useCluster();
  const { lvs1, lvs2 } = cluster;
  const change = 'lvs vip add tcp://1.2.3.9:80 --name nine --yes';
  const hung = async () => (await lvs2.run('pgrep -f "[s]leep 300"')).status === 0;

  const begin = async () => {
    await lvs2.output('rm -f /run/hangs');
    const restore = await replaceProgram(lvs2, 'ipvsadm', hanging);
    const running = await lvs1.start(change);
    await lvs2.output('tries=0; until [ -e /run/hangs ]; do [ $((tries += 1)) -lt 600 ] || exit 1; sleep 0.1; done', {
      timeLimitSeconds: 100,
    });
    return { restore, running };
  };

  beforeAll(async () => {
    await cluster.reset();
    await lvs1.output('lvs apply --yes');
  });

  test('is said, given up in time, and rolled back on both', async () => {
    const { restore, running } = await begin();
    const begun = performance.now();
    // The new session finds the program as it was.
    setTimeout(() => void restore(), 20_000);
    const { status, stderr } = await running.finished;
    expect(stderr).toMatch(/^lvs: waiting for lvs2: ipvsadm -R \(\d+ s\)$/m);
    expect(stderr).toMatch(/lvs2: ipvsadm -R has not ended within \d+ s: everything is as it was before/);
    expect(status).toBe(3);
    expect((performance.now() - begun) / 1000).toBeLessThan(120);
    expect(await hung()).toBe(false);
    expect(await aliases(lvs1)).not.toContain('1.2.3.9/32 eth0:2');
    await expectConverged(lvs1);
  }, 240_000);

  test('ends with Ctrl-C', async () => {
    const { restore, running } = await begin();
    const begun = performance.now();
    setTimeout(() => void restore(), 1500);
    await lvs1.signal(running, 'SIGINT');
    const { status, stderr } = await running.finished;
    expect([130, 5]).toContain(status);
    expect(stderr).toContain('interrupted');
    expect((performance.now() - begun) / 1000).toBeLessThan(30);
    expect(await hung()).toBe(false);
  }, 240_000);

  test('keeps neither its lock nor what hangs when lvs is killed', async () => {
    await lvs1.run('lvs apply --yes');
    const { restore, running } = await begin();
    await lvs1.signal(running, 'SIGKILL');
    expect(await secondsUntilFree(lvs2)).toBeLessThan(40);
    expect(await secondsUntilFree(lvs1)).toBeLessThan(40);
    await restore();
    expect(await hung()).toBe(false);
    expect((await lvs1.run('lvs apply --yes')).status).toBe(0);
  }, 240_000);
});
