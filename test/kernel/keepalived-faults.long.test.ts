import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { watchAddresses } from './support/address-watch.ts';
import { useCluster } from './support/cluster.ts';
import { stopHalfWay } from './support/half-way.ts';
import { electedFigure, stopKeepalived } from './support/keepalived.ts';
import { secondsUntilFree } from './support/lock.ts';
import { type ErrorDocument, expectConverged, lvsJson } from './support/lvs.ts';
import { holdObjects, type Pair, pairOf } from './support/pair.ts';
import { replaceProgram } from './support/stand-in-program.ts';

const addresses = ['1.2.3.1/32', '192.168.1.254/32'];

/** Where a failover is stopped: whose command, which program, and a pattern of its words. */
type Point = readonly [router: keyof Pair, program: string, words: string];

/** The old router has let go, and new connections wait there still. */
const lettingGo: Point = ['old', 'tc', '*release_indefinite*'];
/** The target is master, and tells everybody. */
const telling: Point = ['target', 'arping', '*-U*'];
/** Everybody has been told for a second, and what the old router needed for that goes. */
const tidying: Point = ['old', 'ip', '*link del lvshold0*'];

interface Fault {
  /** Where lvs runs. */
  readonly from: keyof Pair;
  readonly at: Point;
  readonly harm: (pair: Pair) => Promise<unknown>;
  readonly mend?: (pair: Pair) => Promise<unknown>;
}

/** What a failover comes to that is over when the fault hits it, or that cannot be. */
interface Result {
  readonly status: number;
  readonly says: RegExp;
  /** Who has the addresses afterwards. */
  readonly holder: keyof Pair;
}

describe('a failover under keepalived that goes wrong', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;
  const routers = [lvs1, lvs2];
  let pair: Pair;

  async function install(): Promise<void> {
    await stopKeepalived(routers);
    await cluster.reset(electedFigure);
    await lvs1.output('lvs apply --yes');
  }

  beforeAll(install);

  beforeEach(async () => {
    pair = await pairOf(cluster, addresses);
  });

  // One failure is to be one failure, and not that of every test after it.
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await install();
  });

  afterAll(() => stopKeepalived(routers));

  /** One router has everything, also when keepalived has had time to change its mind, and nothing is left behind. */
  async function expectServed(holder: keyof Pair): Promise<void> {
    for (const router of routers) expect(await secondsUntilFree(router)).toBeLessThan(15);
    for (const seconds of [0, 2]) {
      await pause(seconds * 1000);
      expect((await pairOf(cluster, addresses)).old.name).toBe(pair[holder].name);
      expect(await client.requests(10)).toMatchObject({ answered: 10 });
    }
    for (const router of routers) {
      expect(await router.read('/run/lvs-hold')).toBe('0\n');
      expect(await holdObjects(router)).toEqual([]);
      expect(await router.output('sysctl -n net.ipv4.vs.sync_refresh_period')).toBe('10\n');
      // Whoever was held is released, so that nobody waits to do it.
      const waiting = holder === 'target' ? '[l]vshold0|[r]elease-later' : '[l]vshold0';
      expect(await router.run(['pgrep', '-a', '-f', waiting])).toMatchObject({ status: 1, stdout: '' });
    }
  }

  /** Whatever went wrong with one failover, another one moves the addresses, and all is as declared. */
  async function expectFailover(): Promise<void> {
    const { old, target } = await pairOf(cluster, addresses);
    await old.output('lvs failover --yes');
    expect((await pairOf(cluster, addresses)).old.name).toBe(target.name);
    for (const router of routers) expect(await router.read('/run/lvs-hold')).toBe('0\n');
    await expectConverged(lvs1);
    expect(await client.requests(10)).toMatchObject({ answered: 10 });
  }

  /** Runs a failover that a fault hits half-way, and another one afterwards. */
  async function expectInOrder({ from, at, harm, mend }: Fault, { status, says, holder }: Result): Promise<void> {
    const [place, program, words] = at;
    const halfWay = await stopHalfWay(pair[place], program, words);
    const running = await pair[from].start('lvs failover --yes');
    await halfWay.reached(running);
    await harm(pair);
    await halfWay.resume();
    const finished = await running.finished;
    await expectServed(holder);
    expect({ status: finished.status, stderr: finished.stderr }).toEqual({
      status,
      stderr: expect.stringMatching(says),
    });
    await mend?.(pair);
    await expectFailover();
  }

  const interrupt = ({ old }: Pair) => old.output('pkill -INT -f "[r]un.js failover"');

  /** The target keeps what it has, and it is said who has what. */
  function moved(why: RegExp): Result {
    const { old, target } = pair;
    const has = `(?=[^]*${target.name} has 1\\.2\\.3\\.1, 192\\.168\\.1\\.254)`;
    const says = `(?=[^]*${why.source})(?=[^]*had moved to ${target.name})${has}(?=[^]*${old.name} has no floating)`;
    return { status: 5, says: new RegExp(`^${says}`), holder: 'target' };
  }

  const asBefore = { says: /everything is as it was before/, holder: 'old' } as const;

  test('Ctrl-C before the old router is put at fault: undone', () =>
    expectInOrder(
      { from: 'old', at: ['old', 'tc', '*qdisc add dev lvshold0*'], harm: interrupt },
      { status: 130, ...asBefore },
    ));

  test('"ip addr add" fails on the target: undone', async () => {
    const restore = await replaceProgram(
      pair.target,
      'ip',
      `input=
case "$*" in *-batch*) input=$(cat);; esac
case "$* $input" in *addr\\ add*) echo "no such luck" >&2; exit 2;; esac
if [ -n "$input" ]; then printf '%s\\n' "$input" | "$real" "$@"; else "$real" "$@"; fi
`,
    );
    const finished = await pair.old.run('lvs failover --yes');
    await restore();
    expect(finished).toMatchObject({ status: 3, stderr: expect.stringMatching(asBefore.says) });
    await expectServed('old');
    await expectFailover();
  });

  test('Ctrl-C when the old router has let go: the target keeps the addresses', () =>
    expectInOrder({ from: 'old', at: lettingGo, harm: interrupt }, moved(/interrupted/)));

  test('Ctrl-C while the target announces: it keeps them', () =>
    expectInOrder({ from: 'old', at: telling, harm: interrupt }, moved(/interrupted/)));

  test('Ctrl-C in the second after that: likewise', () =>
    expectInOrder(
      { from: 'old', at: telling, harm: (both) => pause(600).then(() => interrupt(both)) },
      moved(/interrupted/),
    ));

  test('Ctrl-C while the old router removes what it made: likewise', () =>
    expectInOrder({ from: 'old', at: tidying, harm: interrupt }, moved(/interrupted/)));

  test('the ssh connection to the old router is killed when that has let go', () =>
    expectInOrder(
      { from: 'target', at: lettingGo, harm: ({ target }) => target.output('pkill -KILL -x ssh') },
      moved(/the connection was lost/),
    ));

  test('the ssh connection to the old router is killed while it removes what it made', () =>
    expectInOrder(
      { from: 'target', at: tidying, harm: ({ target }) => target.output('pkill -KILL -x ssh') },
      moved(/the connection was lost/),
    ));

  test('the ssh connection to the target is killed while it announces', () =>
    expectInOrder(
      { from: 'old', at: telling, harm: ({ old }) => old.output('pkill -KILL -x ssh') },
      moved(/the connection was lost/),
    ));

  test("the target's keepalived dies when the old router has let go: that is master once more", () =>
    expectInOrder(
      {
        from: 'old',
        at: lettingGo,
        harm: ({ target }) => target.output('pkill -KILL -x keepalived; rm -f /run/keepalived.pid'),
        mend: () => lvs1.output('lvs apply --yes'),
      },
      { status: 3, ...asBefore },
    ));

  test('arping fails on the target: keepalived has announced already, and the target keeps the addresses', async () => {
    const fail = 'case "$*" in *-U*) echo "no such luck" >&2; exit 2;; esac; "$real" "$@"';
    const restore = await replaceProgram(pair.target, 'arping', fail);
    const finished = await pair.old.run('lvs failover --yes');
    await restore();
    await expectServed('target');
    const { status, says } = moved(/no such luck/);
    expect(finished).toMatchObject({ status, stderr: expect.stringMatching(says) });
    await expectFailover();
  });

  test('the old router has an address with another prefix, too, of which keepalived does not know', async () => {
    await pair.old.output('ip addr add 1.2.3.1/24 dev eth0');
    await pair.old.output('lvs failover --yes');
    expect(await pair.old.output('ip -o addr show to 1.2.3.1')).toBe('');
    await expectServed('target');
    await expectFailover();
  });

  test('an address is left on the backup while a virtual server comes: the master keeps its own, and rules come alone', async () => {
    if (pair.old !== lvs1) await expectFailover();
    pair = await pairOf(cluster, addresses);
    await lvs2.output('ip addr add 1.2.3.1/32 dev eth0');
    const watch = await watchAddresses([lvs1]);
    const { status, document } = await lvsJson<ErrorDocument>(lvs1, 'vip add 1.2.3.9:80 --name other');
    expect(await watch.nobodyHeld(['1.2.3.1', '192.168.1.254'])).toEqual([]);
    expect({ status, document }).toMatchObject({
      status: 4,
      document: { error: { code: 'role-conflict', hint: expect.stringContaining('lvs failover --to') } },
    });
    const kinds = document.routers.flatMap(({ changes }) => changes.map(({ kind }) => kind));
    expect(new Set(kinds)).toEqual(new Set(['virtual-server', 'file']));
    const files = document.routers.flatMap(({ changes }) => changes.filter(({ kind }) => kind === 'file'));
    expect(files.map(({ key }) => key)).not.toContain('/etc/keepalived/keepalived.conf');
    expect(await lvs1.output('ip -o addr show to 1.2.3.9')).toBe('');
    for (const router of routers) expect(await router.read('/run/lvs-hold')).toBe('0\n');

    await lvs1.output('lvs failover --to lvs1 --yes');
    await lvs1.output('lvs apply --yes');
    await pairOf(cluster, ['1.2.3.1/32', '1.2.3.9/32', '192.168.1.254/32']);
    await lvs1.output('lvs vip remove other --yes');
    await expectServed('old');
    await expectFailover();
  });
});
