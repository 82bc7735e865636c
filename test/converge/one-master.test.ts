import { beforeEach, expect, it } from 'vitest';
import { requireOneMaster } from '../../src/converge/one-master.ts';
import type { Planned } from '../../src/converge/planned.ts';
import { electionPlaces, instanceName } from '../../src/plan/election/places.ts';
import { errorOf } from './support/simulated-pair.ts';

const states = ['INIT', 'BACKUP', 'MASTER'];
let asked: number;
beforeEach(() => {
  asked = 0;
});

/** Two routers on which a run has just started keepalived, with what theirs say one question after the other. */
function routers(said: { lvs1: string[]; lvs2: string[] }, election = 'not running'): Planned[] {
  return (['lvs1', 'lvs2'] as const).map((name) => {
    const left = [...said[name]];
    const run = async () => {
      asked += 1;
      const state = left.length > 1 ? left.shift() : left[0];
      const stdout = JSON.stringify([{ data: { iname: instanceName, state: states.indexOf(state ?? '') } }]);
      return { status: 0, stdout, stderr: '' };
    };
    const plan = { changes: [{ key: electionPlaces.config }], notes: [] };
    return { name, election, plan, tools: {}, runner: { run } } as unknown as Planned;
  });
}

const once = (planned: readonly Planned[]) =>
  requireOneMaster(planned, { start: 1, patience: 20, betweenQuestions: 5 });

it('fails when both routers stay master after keepalived was started', async () => {
  const error = await errorOf(once(routers({ lvs1: ['MASTER'], lvs2: ['MASTER'] })));
  expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3, hint: expect.stringContaining('doctor') });
  expect(error.message).toBe('lvs1 and lvs2: keepalived is MASTER on both: they do not hear each other');
});

it('lets two masters hear of each other first', async () => {
  await requireOneMaster(routers({ lvs1: ['MASTER'], lvs2: ['MASTER', 'MASTER', 'BACKUP'] }), {
    start: 1,
    patience: 60_000,
    betweenQuestions: 1,
  });
  expect(asked).toBe(6);
});

it('asks nothing if keepalived ran before', async () => {
  await once(routers({ lvs1: ['MASTER'], lvs2: ['MASTER'] }, 'MASTER'));
  expect(asked).toBe(0);
});
