import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { boot, type Claim, claim } from './support/boot.ts';
import { setCarrier } from './support/carrier.ts';
import { type TestHost, useCluster } from './support/cluster.ts';
import { aliases, expectConverged } from './support/lvs.ts';
import { hardwareAddress, knownAddress } from './support/neighbours.ts';
import { replaceProgram } from './support/stand-in-program.ts';
import { until } from './support/until.ts';

const both = ['1.2.3.1/32 eth0:1', '192.168.1.254/32 eth1:1'];
const claiming = figureFile.replace(/^virtual-servers:/m, 'failover: { boot: claim }\nvirtual-servers:');
const conf = '/etc/lvs/boot.conf';

describe('a router that claims the addresses when it boots', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;
  const routers = [lvs1, lvs2] as const;
  let claims: Claim[] = [];

  const begin = async (router: TestHost, afterSeconds = 0): Promise<Claim> => {
    await pause(afterSeconds * 1000);
    const begun = await claim(router);
    claims.push(begun);
    return begun;
  };
  const says = (begun: Claim, words: string | RegExp) =>
    until(`"${words}"`, async () => begun.said().search(words) >= 0, begun.running);
  const expectHeldBy = async (holder: TestHost) => {
    for (const router of routers) expect(await aliases(router)).toEqual(router === holder ? both : []);
  };
  const expectHolder = async (holder: TestHost) => {
    await expectHeldBy(holder);
    // Clients may have turned to the other one first.
    await until('clients to find it', async () => (await client.requests(10)).answered === 10);
  };
  const cut = (router: string) => Promise.all(['eth0', 'eth1'].map((device) => cluster.cutNetwork(router, device)));
  const mend = (router: string) => Promise.all(['eth0', 'eth1'].map((device) => cluster.mendNetwork(router, device)));
  const endClaims = async () => {
    for (const router of routers) await router.run(['pkill', '-KILL', '-f', '[l]vs-boot claim']);
    await Promise.all(claims.map(({ running }) => running.finished));
    claims = [];
  };
  /** As at a boot: nobody holds any. */
  const nobodyHolds = async () => {
    for (const router of routers) {
      await router.run('ip addr del 1.2.3.1/32 dev eth0');
      await router.run('ip addr del 192.168.1.254/32 dev eth1');
      expect(await aliases(router)).toEqual([]);
    }
  };

  beforeAll(async () => {
    expect(claiming).toContain('boot: claim');
    await cluster.reset(claiming);
    await lvs1.output('lvs apply --yes');
    await expectConverged(lvs2);
  });

  afterEach(endClaims);

  test('both from nothing: rules before addresses, one holder, traffic flows', async () => {
    await Promise.all(routers.map(({ name }) => cluster.killRouter(name)));
    await Promise.all(routers.map(({ name }) => cluster.restartRouter(name)));
    expect(await Promise.all(routers.map(boot))).toMatchObject([{ status: 0 }, { status: 0 }]);
    for (const router of routers) {
      expect(await router.output('ipvsadm -Sn')).toContain('-r 192.168.1.2:80');
      expect(await aliases(router)).toEqual([]);
    }
    const [first, second] = await Promise.all(routers.map((router) => begin(router)));
    if (first === undefined || second === undefined) throw new Error('not begun');
    await says(first, 'are claimed');
    await says(second, 'is configured on another machine: no address is claimed');
    expect(await second.running.finished).toMatchObject({ status: 0 });
    await expectHolder(lvs1);
    await endClaims();
    await expectConverged(lvs2);
  });

  test.each([4, 5, 6])('the preferred one begins %i s later: one holder in the end', async (seconds) => {
    await nobodyHolds();
    const [second, first] = await Promise.all([begin(lvs2), begin(lvs1, seconds)]);
    for (const begun of [first, second]) await says(begun, /(are|is) claimed/);
    const haveClaimed = [first, second].filter((begun) => begun.said().includes('are claimed'));
    expect(haveClaimed).not.toEqual([]);
    if (haveClaimed.length === 2) await says(second, 'all are left to that one');
    await expectHolder(haveClaimed.includes(first) ? lvs1 : lvs2);
  });

  test('neither hears the other, and both claim: the one that is less preferred gives way when it does', async () => {
    await nobodyHolds();
    await cut('lvs2');
    const [first, second] = await Promise.all([begin(lvs1), begin(lvs2)]);
    await says(first, 'are claimed');
    await says(second, 'are claimed');
    await mend('lvs2');
    await says(second, 'is configured on another machine, too: all are left to that one');
    expect(await second.running.finished).toMatchObject({ status: 0 });
    await expectHolder(lvs1);
  });

  test('the preferred one comes to a network that passes nothing yet: it leaves them to whoever has had them for long', async () => {
    await nobodyHolds();
    await lvs2.output('ip addr add 1.2.3.1/32 dev eth0 label eth0:1');
    await lvs2.output('ip addr add 192.168.1.254/32 dev eth1 label eth1:1');
    const written = await lvs1.read(conf);
    await lvs1.write(conf, `${written.replace(/^look .*\n/gm, '')}look 2 keep\nlook 1 yield\n`);
    await cut('lvs1');
    const late = await begin(lvs1);
    await says(late, 'are claimed');
    await mend('lvs1');
    await says(late, 'is configured on another machine, too, which is to release it');
    await says(late, 'is configured on another machine, too: all are left to that one');
    expect(await late.running.finished).toMatchObject({ status: 0 });
    await expectHeldBy(lvs2);
    await lvs1.write(conf, written);
  });

  test('a probe that cannot be made: none is claimed, and it fails', async () => {
    await nobodyHolds();
    const restore = await replaceProgram(lvs1, 'arping', '[ "$1" != -D ] || exit 2; exec "$real" "$@"\n');
    const { running, said } = await begin(lvs1);
    expect(await running.finished).toMatchObject({ status: 1 });
    await restore();
    expect(said()).toMatch(
      /it cannot be determined which machine has (?=.*192\.168\.1\.254)(?=.*1\.2\.3\.1).*: no address is claimed/,
    );
    expect(await aliases(lvs1)).toEqual([]);
  });

  test('a carrier that comes late: the boot does not wait for it, and the claim does', async () => {
    await nobodyHolds();
    await setCarrier('lvs1', 'eth1', 'down');
    const begun = performance.now();
    expect(await boot(lvs1)).toMatchObject({ status: 0 });
    expect(performance.now() - begun).toBeLessThan(10_000);
    const waiting = await begin(lvs1);
    await says(waiting, 'no carrier on eth1: waiting for it');
    expect(await aliases(lvs1)).toEqual([]);
    await setCarrier('lvs1', 'eth1', 'up');
    await says(waiting, 'are claimed');
    await expectHolder(lvs1);
  });

  test('the survivor goes on alone, and whoever comes back claims nothing that is held', async () => {
    await nobodyHolds();
    await cluster.killRouter('lvs1');
    const alone = await begin(lvs2);
    await says(alone, 'are claimed');
    await cluster.restartRouter('lvs1');
    expect(await boot(lvs1)).toMatchObject({ status: 0 });
    const back = await begin(lvs1);
    await says(back, 'is configured on another machine: no address is claimed');
    await expectHolder(lvs2);
    await endClaims();
    await expectConverged(lvs1);
  });

  test('IPv6 addresses alone: none that is held is claimed, and who hears another late gives way', async () => {
    await nobodyHolds();
    const written = new Map(await Promise.all(routers.map(async (each) => [each, await each.read(conf)] as const)));
    const settings = ['all', 'eth0'].map((name) => `setting net.ipv6.conf.${name}.accept_dad 0\n`).join('');
    for (const [router, text] of written) {
      const times = text.replace(/^(claim|setting|timeouts|daemon|wait) .*\n/gm, '');
      await router.write(
        conf,
        `${settings}setting net.ipv6.conf.eth0.ndisc_notify 1\nclaim 2001:db8::1 128 eth0\n${times}`,
      );
      expect(await boot(router)).toMatchObject({ status: 0 });
    }
    await client.output('ip addr add 2001:db8::100/64 dev eth0 nodad');
    const holders = async () =>
      (await Promise.all(routers.map(aliases))).map((each) => each.includes('2001:db8::1/128'));

    await says(await begin(lvs2), 'are claimed');
    await says(await begin(lvs1), '2001:db8::1 is configured on another machine: no address is claimed');
    expect(await holders()).toEqual([false, true]);
    await endClaims();
    await lvs2.output('ip addr del 2001:db8::1/128 dev eth0');

    await cut('lvs2');
    const [first, second] = await Promise.all([begin(lvs1), begin(lvs2)]);
    await says(first, 'are claimed');
    await says(second, 'are claimed');
    await mend('lvs2');
    await says(second, '2001:db8::1 is configured on another machine, too: all are left to that one');
    expect(await holders()).toEqual([true, false]);
    await client.output('ip neigh replace 2001:db8::1 dev eth0 use');
    const preferred = await hardwareAddress(lvs1, 'eth0');
    await until('clients to find it', async () => (await knownAddress(client, '2001:db8::1')) === preferred);
    for (const router of routers) expect(await router.output('ip -br addr show dev lo')).not.toContain('2001:db8');
    await client.output('ip addr del 2001:db8::100/64 dev eth0');
    for (const [router, text] of written) await router.write(conf, text);
  });
});
