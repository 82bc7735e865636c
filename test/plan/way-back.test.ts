import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, Command } from '../../src/plan/change.ts';
import { renderSteps, type WayBackStep, wayBackSteps } from '../../src/plan/rollback/steps.ts';

function change(...commands: Command[]): Change {
  return {
    action: 'remove',
    kind: 'address',
    virtualServer: null,
    key: '1.2.3.1',
    before: {},
    after: null,
    commands,
  };
}

const nothing = { changes: [], putAway: [], othersHold: null, announceAgain: [], staysAlone: null, edited: null };
const words = (steps: readonly WayBackStep[]) =>
  steps.map((step) => (step.verb === 'at' ? `at ${step.seconds}` : `${step.verb} ${step.argv.join(' ')}`));

describe('the steps of a way back', () => {
  it('put away first, ask before they disable, announce, and look last whether another router keeps the addresses', () => {
    const steps = wayBackSteps({
      ...nothing,
      changes: [
        change({ stage: 'disable', argv: ['ip', 'addr', 'del', '1.2.3.1/32', 'dev', 'eth0'] }),
        change({ stage: 'rules', argv: ['ipvsadm', '-d', '-t', '1.2.3.1:80', '-r', '192.168.1.2:80'] }),
      ],
      putAway: [{ stage: 'tidy', argv: ['ip', 'link', 'del', 'lvshold0'] }],
      othersHold: ['ask'],
      announceAgain: [['announce']],
      staysAlone: ['look'],
    });
    expect(words(steps)).toEqual([
      'try ip link del lvshold0',
      'run ipvsadm -R',
      'guard ask',
      'run ip -force -batch -',
      'try setsid -f announce',
      'run look',
    ]);
  });

  it('have no quarrel with an address that has not left yet', () => {
    const steps = wayBackSteps({
      ...nothing,
      changes: [
        change({ stage: 'enable', argv: ['ip', 'addr', 'add', '1.2.3.1/32', 'dev', 'eth0', 'label', 'eth0:1'] }),
      ],
    });
    expect(steps).toMatchObject([
      { argv: ['ip', '-force', '-batch', '-'], input: 'addr replace 1.2.3.1/32 dev eth0 label eth0:1\n' },
    ]);
  });

  it('have a backup out of the election before the master reloads, and for as long', () => {
    const steps = wayBackSteps({
      ...nothing,
      changes: [
        change(
          { stage: 'tidy', argv: ['hold'] },
          { stage: 'reload', argv: ['reload'] },
          { stage: 'join', argv: ['release'] },
        ),
      ],
    });
    expect(words(steps)).toEqual(['run hold', 'at 3', 'run reload', 'at 8', 'run release']);
  });

  it('can be told apart again, whatever their words and inputs are', () => {
    const word = fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => !text.includes('\n'));
    const step = fc.record({
      verb: fc.constantFrom('run', 'try', 'guard'),
      stage: fc.constantFrom('rules', 'files'),
      argv: fc.array(word, { minLength: 1, maxLength: 5 }),
      input: fc.option(fc.string({ unit: 'binary', maxLength: 50 })),
    });
    fc.assert(
      fc.property(fc.array(step as fc.Arbitrary<WayBackStep>), (steps) => {
        const expected = steps.map((each) => (each.verb === 'at' ? each : { ...each, input: each.input || null }));
        expect(parsed(Buffer.from(renderSteps(steps)))).toEqual(expected);
      }),
    );
  });
});

/** Reads them as the router does. */
function parsed(bytes: Buffer): unknown[] {
  const steps: unknown[] = [];
  let at = 0;
  const line = () => {
    const end = bytes.indexOf('\n', at);
    const text = bytes.subarray(at, end).toString();
    at = end + 1;
    return text;
  };
  while (at < bytes.length) {
    const [verb, stage, count, size] = line().split(' ');
    const argv = Array.from({ length: Number(count) }, line);
    const input = bytes.subarray(at, at + Number(size)).toString();
    at += Number(size);
    steps.push({ verb, stage, argv, input: input || null });
  }
  return steps;
}
