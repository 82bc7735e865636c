import { expect, test } from 'vitest';
import type { Planned } from '../../src/converge/planned.ts';
import { putAway } from '../../src/converge/put-back.ts';

test('what was disturbed while it removed something is run once more, after the others', async () => {
  const ran: string[] = [];
  const run = async ([program = '']: readonly string[]) => {
    ran.push(program);
    const isDisturbed = program === 'rule' && ran.filter((each) => each === 'rule').length === 1;
    return { status: isDisturbed || program === 'never-made' ? 1 : 0, stdout: '', stderr: '' };
  };
  const commands = ['rule', 'never-made', 'device'].map((program) => ({ stage: 'tidy', argv: [program] }));
  await putAway({ runner: { run }, putAway: commands } as unknown as Planned);
  expect(ran).toEqual(['rule', 'never-made', 'device', 'rule', 'never-made']);
});
