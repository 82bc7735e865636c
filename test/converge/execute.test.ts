import { expect, test } from 'vitest';
import { execute } from '../../src/converge/execute.ts';
import type { Change, Stage } from '../../src/plan/change.ts';
import type { Runner } from '../../src/router/runner.ts';

function changeIn(stage: Stage): Change {
  const command = { stage, argv: ['true', stage] };
  return {
    action: 'add',
    kind: 'address',
    virtualServer: null,
    key: stage,
    before: null,
    after: null,
    commands: [command],
  };
}

test('a command is waited for less while two routers may have an address', async () => {
  const waited = new Map<string, number>();
  const run: Runner['run'] = async ([, stage = ''], _, waits = 0) => {
    waited.set(stage, waits);
    return { status: 0, stdout: '', stderr: '' };
  };
  const changes = (['rules', 'enable', 'disable', 'withdraw'] as const).map(changeIn);
  const work = { name: 'lvs1', runner: { run } as Runner, changes };
  await execute([work], { signal: new AbortController().signal });
  expect(Object.fromEntries(waited)).toEqual({ rules: 0, enable: -23, disable: -23, withdraw: 0 });
});
