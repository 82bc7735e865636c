import { expect, it } from 'vitest';
import type { Change, Stage } from '../../src/plan/change.ts';
import { sequenceOf } from '../../src/plan/sequence.ts';

function change(...commands: [Stage, string][]): Change {
  return {
    action: 'add',
    kind: 'address',
    virtualServer: null,
    key: '1.2.3.1',
    before: null,
    after: {},
    commands: commands.map(([stage, line]) => ({ stage, argv: line.split(' ') })),
  };
}

it('goes stage by stage, and within a stage router by router', () => {
  const lvs1 = [change(['prepare', 'modprobe ifb'], ['hold', 'tc x'], ['hold', 'ip addr del 1.2.3.1/32 dev eth0'])];
  const lvs2 = [change(['enable', 'ip addr add 1.2.3.1/32 dev eth0'], ['tell', 'arping y'], ['tell', 'ip addr z'])];
  const steps = sequenceOf([
    { name: 'lvs1', changes: lvs1 },
    { name: 'lvs2', changes: lvs2 },
  ]);
  expect(steps.map(({ router, stage, argv }) => `${router} ${stage}: ${argv.join(' ')}`)).toEqual([
    'lvs1 prepare: modprobe ifb',
    'lvs2 enable: ip addr add 1.2.3.1/32 dev eth0',
    'lvs1 hold: tc x',
    'lvs1 hold: ip addr del 1.2.3.1/32 dev eth0',
    'lvs2 tell: ip addr z',
    'lvs2 tell: arping y',
  ]);
});
