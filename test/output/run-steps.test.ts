import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/converge/run.ts';
import type { RunStep } from '../../src/converge/steps.ts';
import { failoverRequest } from '../../src/failover/failover.ts';
import { paintFor } from '../../src/output/paint.ts';
import { linesOf } from '../../src/output/run-steps.ts';
import { renderSequence, sequenceDocument } from '../../src/output/sequence.ts';
import { clusterOf, errorOf, figure, SimulatedPair } from '../converge/support/simulated-pair.ts';
import { withTrafficControl } from '../failover/support/traffic-control.ts';

const cluster = clusterOf(`${figure}sync: { device: eth1, id: 7 }\n`);

async function pairWith() {
  const pair = new SimulatedPair();
  await pair.apply({ cluster });
  const control = withTrafficControl(pair);
  const told: string[] = [];
  const run = {
    cluster,
    announce: 'wait' as const,
    request: ((survey, connections) =>
      failoverRequest(cluster, survey, connections, {
        to: null,
        force: false,
        acceptDuplicate: false,
      })) satisfies Run['request'],
    onStep: (step: RunStep) => void told.push(...linesOf(step)),
  };
  return { pair, control, told, run };
}

describe('a failover tells', () => {
  it('each step with what it found', async () => {
    const { pair, told, run } = await pairWith();
    await pair.apply(run);
    expect(told).toEqual([
      'reached and locked: lvs1, lvs2',
      'lvs1 is to give up 1.2.3.1, 192.168.1.254',
      'lvs2 is ready: eth0 and eth1 up, forwards, 1 virtual server as declared',
      'lvs1 staged: a queue for new connections, and a way round',
      'lvs2 enabled: 192.168.1.254, 1.2.3.1',
      'lvs1 held new connections back for a moment, and disabled: 1.2.3.1, 192.168.1.254',
      'lvs2 announced: 192.168.1.254, 1.2.3.1',
      'lvs1 the queue and the way round are removed',
      'verified: lvs1 holds none; lvs2 holds 1.2.3.1, 192.168.1.254',
    ]);
  });

  it('that it puts everything back', async () => {
    const { pair, control, told, run } = await pairWith();
    control.lvs2.refuse = /^arping/;
    await errorOf(pair.apply(run));
    expect(told.at(-1)).toBe('failed: bringing everything in order');
  });

  it('beforehand in which order it goes on', async () => {
    const { pair, run } = await pairWith();
    const sequence = sequenceDocument((await pair.preview(run)).routers);
    expect(
      sequence.map(({ router, stage }) => `${router} ${stage}`).filter((each, i, all) => all[i - 1] !== each),
    ).toEqual(['lvs1 prepare', 'lvs2 prepare', 'lvs2 enable', 'lvs1 hold', 'lvs2 tell', 'lvs1 tidy', 'lvs2 tidy']);
    const text = renderSequence(sequence, paintFor({ isTTY: false }, false));
    expect(text).toMatch(/^In this order:\n {3}1 {2}lvs1# modprobe ifb numifbs=0\n/);
    expect(text).toContain('lvs1# sleep 0.11');
    expect(renderSequence([], paintFor({ isTTY: false }, false))).toBe('');
  });
});
