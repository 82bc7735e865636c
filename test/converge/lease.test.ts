import { describe, expect, it } from 'vitest';
import { failoverRequest } from '../../src/failover/failover.ts';
import { SessionLost } from '../../src/router/runner.ts';
import {
  clusterOf,
  convergedPair,
  errorOf,
  figure,
  figureCluster,
  type SimulatedPair,
} from './support/simulated-pair.ts';

function failover(pair: SimulatedPair, { to = null as string | null, force = false, acceptDuplicate = false } = {}) {
  return pair.apply({
    request: (survey, connections) =>
      failoverRequest(figureCluster, survey, connections, { to, force, acceptDuplicate }),
    tolerateUnreachable: force,
    announce: 'wait',
  });
}

/** What each router was armed with when the run came to this command. */
function armedAt(pair: SimulatedPair, pattern: RegExp): Record<string, string | null>[] {
  const seen: Record<string, string | null>[] = [];
  for (const router of pair.routers) {
    router.onCommand = (argv) => {
      if (pattern.test(argv.join(' ')))
        seen.push(Object.fromEntries(pair.routers.map(({ name, lease }) => [name, lease])));
    };
  }
  return seen;
}

const lines = (armed: string | null | undefined) => (armed ?? '').split('\n');

describe('a run that moves addresses', () => {
  it('is armed on both routers before the first address moves, and on neither when it has ended', async () => {
    const pair = await convergedPair();
    const [seen] = [armedAt(pair, /^ip .*addr add|^ip -batch/)];
    await failover(pair);
    const [first] = seen;
    expect(lines(first?.lvs1)).toEqual(
      expect.arrayContaining([
        'releaser',
        'here 1.2.3.1/32 eth0',
        'ask -D -c 2 -w 2 -I eth0 1.2.3.1',
        'ask -b -w 2 -s 1.2.3.11 -I eth0 1.2.3.1',
        'add addr replace 1.2.3.1/32 dev eth0 label eth0:1',
        'del addr del 1.2.3.1/32 dev eth0',
        'tell -q -U -c 2 -I eth0 1.2.3.1',
      ]),
    );
    expect(lines(first?.lvs2)).toEqual(
      expect.arrayContaining(['taker', 'listener', 'add addr replace 1.2.3.1/32 dev eth0 label eth0:1']),
    );
    expect(pair.routers.map(({ lease }) => lease)).toEqual([null, null]);
  });

  it('tells first the router that would enable them again that it has ended', async () => {
    const pair = await convergedPair();
    const seen = armedAt(pair, /^mv -- \/run\/lvs\/lease\/armed/);
    await failover(pair);
    expect(seen.map(({ lvs1, lvs2 }) => [lvs1 !== null, lvs2 !== null])).toEqual([
      [true, true],
      [false, true],
    ]);
  });

  it('fails when a router has ended it by itself meanwhile', async () => {
    const pair = await convergedPair();
    pair.lvs2.leaseRanOut = true;
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3 });
    expect(error.message).toMatch(/^lvs2: it heard nothing of this run for too long, and has ended it by itself/);
  });

  it('leaves routers to themselves when it can neither go on nor be rolled back', async () => {
    const pair = await convergedPair();
    let isLost = false;
    pair.lvs2.onCommand = (argv) => {
      isLost ||= argv.includes('arping') || argv.includes('announce');
      if (isLost) throw new SessionLost('ssh: Connection timed out');
    };
    expect(await errorOf(failover(pair))).toMatchObject({ code: 'not-put-back' });
    expect(lines(pair.lvs1.lease)).toContain('releaser');
    expect(lines(pair.lvs2.lease)).toContain('taker');
  });

  it('has a router listen on that took addresses from one that did not answer, and may wake up with them', async () => {
    const pair = await convergedPair();
    await failover(pair);
    expect(pair.routers.map(({ listensOn }) => listensOn)).toEqual([false, false]);
    pair.lvs2.reachable = false;
    await failover(pair, { to: 'lvs1', force: true });
    expect(pair.lvs1).toMatchObject({ lease: null, listensOn: true });
  });

  it('does not if the user accepts that two routers have them', async () => {
    const pair = await convergedPair();
    pair.lvs1.reachable = false;
    await failover(pair, { to: 'lvs2', force: true, acceptDuplicate: true });
    expect(pair.lvs2).toMatchObject({ lease: null, listensOn: false });
  });

  it('that has other things to do as well is rolled back whole', async () => {
    const pair = await convergedPair();
    const more = clusterOf(`${figure}  dns:\n    address: udp://1.2.3.2:53\n    real-servers: [192.168.1.2]\n`);
    const seen = armedAt(pair, /^ipvsadm -R/);
    await pair.apply({ cluster: more });
    const [first] = seen;
    expect(lines(first?.lvs1)).toEqual(expect.arrayContaining(['addr del 1.2.3.2/32 dev eth0', '-D -u 1.2.3.2:53']));
    expect(lines(first?.lvs1)).not.toContain('releaser');
    expect(pair.routers.map(({ lease }) => lease)).toEqual([null, null]);
  });

  it('that moves none is not armed', async () => {
    const pair = await convergedPair();
    const seen = armedAt(pair, /^ipvsadm -R/);
    await pair.apply({ cluster: clusterOf(figure.replace('weight: 2', 'weight: 3')) });
    expect(seen).toContainEqual({ lvs1: null, lvs2: null });
  });
});
