import { describe, expect, it } from 'vitest';
import { type Connect, connectRouter } from '../../src/converge/connect.ts';
import { unreachableRouters } from '../../src/converge/refusals.ts';
import type { Router } from '../../src/model/cluster.ts';
import { agentCommand } from '../../src/router/connection.ts';
import { SessionLost } from '../../src/router/runner.ts';
import { clusterOf, figure, SimulatedPair } from './support/simulated-pair.ts';

const ways = ['root@192.168.1.11', 'root@1.2.3.11'] as const;
const cluster = clusterOf(figure.replace('root@192.168.1.11', `[${ways.join(', ')}]`));
const [router] = cluster.routers as [Router];

/** The way to lvs1 over the networks that are `cut` is none; `tried` is how it was tried. */
function network() {
  const pair = new SimulatedPair();
  const cut = new Set<string>();
  const tried: string[] = [];
  const connect: Connect = (wanted, local) => {
    const [destination = ''] = wanted?.ssh ?? [];
    const runner = pair.connect(wanted, local);
    tried.push(destination);
    if (!cut.has(destination)) return runner;
    runner.facts = () => Promise.reject(new SessionLost(`connect to host ${destination}: Connection timed out`));
    return runner;
  };
  return { cut, tried, connect };
}

describe('a router with two destinations', () => {
  it('is reached by the first while that answers', async () => {
    const { tried, connect } = network();
    expect(await connectRouter(cluster, router, connect)).toMatchObject({ name: 'lvs1', router: { ssh: ways } });
    expect(tried).toEqual([ways[0]]);
  });

  it('is reached by the second when the first network is cut, and again by that', async () => {
    const { cut, tried, connect } = network();
    cut.add(ways[0]);
    const connected = await connectRouter(cluster, router, connect);
    if ('reason' in connected) throw new Error(connected.reason);
    await connected.runner.renew();
    expect(tried).toEqual([...ways, ways[1]]);
  });

  it('is reached by the other one when the network falls silent meanwhile', async () => {
    const { tried, connect } = network();
    const connected = await connectRouter(cluster, router, connect);
    if ('reason' in connected) throw new Error(connected.reason);
    await connected.runner.renewElsewhere();
    await connected.runner.renewElsewhere();
    expect(tried).toEqual([...ways, ways[0]]);
  });

  it('is unreachable when both are cut, and both are named', async () => {
    const { cut, connect } = network();
    for (const way of ways) cut.add(way);
    const connected = await connectRouter(cluster, router, connect);
    if (!('reason' in connected)) throw new Error('it was reached');
    expect(unreachableRouters([connected], [])).toMatchObject({
      message: expect.stringMatching(/192\.168\.1\.11: .*; root@1\.2\.3\.11: .*timed out/),
      details: ways.map((way) => ({
        router: 'lvs1',
        message: `${way}: connect to host ${way}: Connection timed out`,
      })),
    });
  });
});

it('a destination that does not answer is given up after seconds', () => {
  const { argv } = agentCommand({ ...router, ssh: ways }, false);
  expect(argv).toContain('ConnectTimeout=5');
  expect(argv).toContain(ways[0]);
});
