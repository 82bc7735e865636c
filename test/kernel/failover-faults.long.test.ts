import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StatusDocument } from '../../src/output/status-document.ts';
import type { Finished } from '../../src/rehearsal/cluster/process.ts';
import { useCluster } from './support/cluster.ts';
import { stopHalfWay } from './support/half-way.ts';
import { secondsUntilFree } from './support/lock.ts';
import { lvsJson } from './support/lvs.ts';
import { hardwareAddress, knownAddress } from './support/neighbours.ts';
import {
  expectInOrderAfterFailover,
  type Holdings,
  holdings,
  holdObjects,
  holdsAlone,
  type Pair,
  pairOf,
} from './support/pair.ts';
import { replaceProgram } from './support/stand-in-program.ts';
import { until, untilSays } from './support/until.ts';

const addresses = ['1.2.3.1/32', '192.168.1.254/32'];

/** Where a failover is stopped: whose command, which program, and a pattern of its words. */
type Point = readonly [router: keyof Pair, program: string, words: string, when: 'before' | 'after'];

const announcing: Point = ['target', 'arping', '*-U*', 'before'];
const givingUp: Point = ['old', 'ip', '*addr del*', 'before'];
const givenUp: Point = ['old', 'ip', '*addr del*', 'after'];
/** Everybody has been told for a second, and what the old router needed for that goes. */
const tidying: Point = ['old', 'ip', '*link del lvshold0*', 'before'];

interface Fault {
  /** Where lvs runs. */
  readonly from: keyof Pair;
  readonly at: Point;
  readonly harm: (pair: Pair) => Promise<unknown>;
  /** Whether nobody can be served before that is mended. */
  readonly cutsOff?: boolean;
  readonly mend?: (pair: Pair) => Promise<unknown>;
  /** What lvs ends with. */
  readonly status: number;
  readonly says?: RegExp;
}

describe('a planned failover that goes wrong', () => {
  const cluster = useCluster();
  const { client, lvs1 } = cluster;
  let pair: Pair;

  async function install(): Promise<void> {
    await cluster.reset();
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

  /** One router holds everything and the other nothing, or it is said who has what; and requests are answered. */
  async function expectServed({ stderr }: Finished): Promise<void> {
    const held = await holdings(cluster);
    if (!holdsAlone(held, addresses)) expect(stderr).toMatch(saysWhoHolds(held));
    expect(await client.requests(10)).toMatchObject({ answered: 10 });
  }

  /** Runs a failover that a fault hits half-way, and another one afterwards. */
  async function expectNoHarm({ from, at, harm, cutsOff = false, mend, status, says }: Fault): Promise<void> {
    const [place, program, words, when] = at;
    const halfWay = await stopHalfWay(pair[place], program, words, when);
    const running = await pair[from].start('lvs failover --yes');
    await halfWay.reached(running);
    await harm(pair);
    await halfWay.resume();
    expect(await secondsUntilFree(pair[from === 'old' ? 'target' : 'old'])).toBeLessThan(15);
    const finished = await running.finished;
    expect(await secondsUntilFree(pair[from])).toBeLessThan(15);
    expect({ status: finished.status, stderr: finished.stderr }).toEqual({
      status,
      stderr: expect.stringMatching(says ?? /./),
    });
    if (cutsOff) await mend?.(pair);
    await expectServed(finished);
    if (!cutsOff) await mend?.(pair);
    await expectInOrderAfterFailover(cluster, pair[from], pair.target, addresses);
  }

  const asBefore = /everything is as it was before/;

  test('the ssh connection to the target is killed: lvs connects once more, and the failover goes on', () =>
    expectNoHarm({
      from: 'old',
      at: announcing,
      harm: ({ old }) => old.output('pkill -KILL -x ssh'),
      status: 0,
      says: /^/,
    }));

  test('the ssh connection to the old router is killed when that has released an address: likewise', () =>
    expectNoHarm({
      from: 'target',
      at: givenUp,
      harm: ({ target }) => target.output('pkill -KILL -x ssh'),
      status: 0,
      says: /^/,
    }));

  test('the network to the target is cut silently: the old router serves on', () =>
    expectNoHarm({
      from: 'old',
      at: announcing,
      harm: ({ target }) => cluster.cutNetwork(target.name, 'eth1'),
      mend: ({ target }) => cluster.mendNetwork(target.name, 'eth1'),
      status: 5,
      says: /lvs. cannot be read now; .*may hold 1\.2\.3\.1 and 192\.168\.1\.254 by now/,
    }));

  test('the network of the old router is cut silently when it has given up an address: the target keeps them', () =>
    expectNoHarm({
      from: 'target',
      at: givenUp,
      harm: ({ old }) => cluster.cutNetwork(old.name, 'eth1'),
      mend: ({ old }) => cluster.mendNetwork(old.name, 'eth1'),
      status: 5,
      says: /lvs. cannot be read now; .*may have given up 1\.2\.3\.1 and 192\.168\.1\.254 by now/,
    }));

  test.each([
    ['while the target announces', 'old', announcing],
    ['when the old router has given up an address', 'target', givenUp],
  ] as const)('lvs is killed with -9 %s', async (_, from, at) => {
    const halfWay = await stopHalfWay(pair[at[0]], at[1], at[2], at[3]);
    const running = await pair[from].start('lvs failover --yes');
    await halfWay.reached(running);
    await pair[from].output('pkill -KILL -f "[r]un.js failover"');
    await halfWay.resume();
    await running.finished;
    for (const router of [pair.old, pair.target]) expect(await secondsUntilFree(router)).toBeLessThan(15);
    expect(await client.requests(10)).toMatchObject({ answered: 10 });
    if (at === givenUp) {
      const learnt = async () =>
        (await knownAddress(client, '1.2.3.1')) === (await hardwareAddress(pair.target, 'eth0'));
      await until('the client is told of the target', learnt);
    }
    await expectInOrderAfterFailover(cluster, pair[from], pair.target, addresses);
  });

  test('lvs is killed with -9 in the second after it announced: what the old router needed is shown, and goes by itself', async () => {
    const { old, target } = pair;
    const running = await old.start('lvs failover --yes');
    await untilSays(running, `${target.name} announced`);
    await old.output('pkill -KILL -f "[r]un.js failover"');
    await running.finished;
    const { document } = await lvsJson<StatusDocument>(old, 'status');
    expect(document.routers.map(({ name, leftBehind }) => ({ name, leftBehind }))).toContainEqual({
      name: old.name,
      leftBehind: ['lvshold0'],
    });
    await until('nothing is left', async () => (await holdObjects(old)).length === 0);
    for (const router of [old, target]) expect(await secondsUntilFree(router)).toBeLessThan(15);
    expect(await client.requests(10)).toMatchObject({ answered: 10 });
    await expectInOrderAfterFailover(cluster, target, old, addresses);
  });

  test('it is interrupted: put back, exit status 130', () =>
    expectNoHarm({
      from: 'old',
      at: announcing,
      harm: ({ old }) => old.output('pkill -INT -f "[r]un.js failover"'),
      status: 130,
      says: asBefore,
    }));

  test('it is interrupted when everybody has been told, while the old router removes what it made: likewise', () =>
    expectNoHarm({
      from: 'old',
      at: tidying,
      harm: ({ old }) => old.output('pkill -INT -f "[r]un.js failover"'),
      status: 130,
      says: asBefore,
    }));

  test("the target's sshd ends: the old router serves on, and the next one is refused until it is back", () =>
    expectNoHarm({
      from: 'old',
      at: announcing,
      harm: ({ target }) => cluster.stopSshd(target.name),
      mend: async ({ old, target }) => {
        const refused = await old.run(`lvs failover --yes --to ${target.name}`);
        expect(refused).toMatchObject({
          status: 4,
          stderr: expect.stringContaining(`${target.name} cannot be reached`),
        });
        await cluster.startSshd(target.name);
      },
      status: 5,
      says: /may hold 1\.2\.3\.1 and 192\.168\.1\.254 by now/,
    }));

  test("the old router's sshd ends: the target keeps what nobody else answers for", () =>
    expectNoHarm({
      from: 'target',
      at: givingUp,
      harm: ({ old }) => cluster.stopSshd(old.name),
      mend: ({ old }) => cluster.startSshd(old.name),
      status: 5,
      says: /may have given up 1\.2\.3\.1 and 192\.168\.1\.254 by now/,
    }));

  test("the target's public device goes down: undone", () =>
    expectNoHarm({
      from: 'old',
      at: announcing,
      harm: ({ target }) => target.output('ip link set eth0 down'),
      mend: ({ target }) => target.output('ip link set eth0 up'),
      status: 3,
      says: asBefore,
    }));

  test("the target's private device goes down, and with it the way to the old router: one holder", () =>
    expectNoHarm({
      from: 'target',
      at: announcing,
      harm: ({ target }) => target.output('ip link set eth1 down'),
      cutsOff: true,
      mend: ({ target }) => target.output('ip link set eth1 up'),
      status: 5,
    }));

  test.each([
    ['"ip addr add" fails', 'ip', '*addr add*'],
    ['arping fails', 'arping', '*-U*'],
  ])('%s on the target: undone, and the old router serves on', async (_, program, words) => {
    const fail = `case "$* $input" in ${words.replaceAll(' ', '\\ ')}) echo "no such luck" >&2; exit 2;; esac`;
    const restore = await replaceProgram(
      pair.target,
      program,
      `input=
case "$*" in *-batch*) input=$(cat);; esac
${fail}
if [ -n "$input" ]; then printf '%s\\n' "$input" | "$real" "$@"; else "$real" "$@"; fi
`,
    );
    const finished = await pair.old.run('lvs failover --yes');
    await restore();
    expect(finished).toMatchObject({ status: 3, stderr: expect.stringMatching(asBefore) });
    expect(finished.stderr).toContain(pair.target.name);
    expect(await pairOf(cluster, addresses)).toEqual(pair);
    await expectServed(finished);
    await expectInOrderAfterFailover(cluster, pair.old, pair.target, addresses);
  });

  test('the disk below /run is full on the target: refused, for there is no place for a lock', async () => {
    await pair.target.output(fillRun);
    const finished = await pair.old.run('lvs failover --yes');
    await pair.target.output('rm /run/full');
    expect(finished).toMatchObject({
      status: 4,
      stderr: expect.stringMatching(/lvs.: the lock cannot be taken: .*is the disk full/),
    });
    expect(await pairOf(cluster, addresses)).toEqual(pair);
    for (const router of [pair.old, pair.target]) expect(await secondsUntilFree(router)).toBeLessThan(15);
    await expectInOrderAfterFailover(cluster, pair.old, pair.target, addresses);
  });

  test('the disk below /run and /etc/lvs fills up half-way: one holder all the same', async () => {
    const etc = 'mount -t tmpfs -o size=16k,mode=755 tmpfs /etc/lvs && cp /run/lvs.yaml /etc/lvs/';
    await pair.target.output(`cp /etc/lvs/lvs.yaml /run/ && ${etc} && { yes >/etc/lvs/full 2>/dev/null; true; }`);
    const halfWay = await stopHalfWay(pair.target, 'arping', '*-U*');
    const running = await pair.old.start('lvs failover --yes');
    await halfWay.reached(running);
    await halfWay.resume();
    await pair.target.output(fillRun);
    const finished = await running.finished;
    await expectServed(finished);
    await pair.target.output('rm /run/full && umount /etc/lvs');
    for (const router of [pair.old, pair.target]) expect(await secondsUntilFree(router)).toBeLessThan(15);
    await expectInOrderAfterFailover(cluster, pair.old, pair.target, addresses);
  });
});

/** Leaves no room for another byte. */
const fillRun =
  'mount -o remount,size=16M /run && { head -c 32M /dev/zero >/run/full 2>/dev/null; test -s /run/full; }';

/** Words about each router: what it has, or that nobody can tell what it has by now. */
function saysWhoHolds(held: Holdings): RegExp {
  const each = Object.entries(held).map(([name, found]) => {
    const has = found.join(', ').replaceAll('/32', '').replaceAll('.', '\\.') || 'no floating address';
    return `(?=[^]*${name} (has ${has}|cannot be read now))`;
  });
  return new RegExp(`^${each.join('')}`);
}
