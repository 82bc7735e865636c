import { afterEach, expect, it } from 'vitest';
import type { Session } from '../../src/router/session.ts';
import { runSideBySide } from '../../src/router/side-by-side.ts';
import { sessionOf, shells } from './support/shells.ts';

const sessions: Session[] = [];
afterEach(() => Promise.all(sessions.splice(0).map((session) => session.close())));

function session(shell: readonly string[]): Session {
  const opened = sessionOf(shell);
  sessions.push(opened);
  return opened;
}

it.each(shells)('commands side by side, by %s %s, are told of in their order', async (...shell) => {
  const ended = await runSideBySide(session(shell), [
    ['sleep', '0.2'],
    ['echo', 'nothing', 'of', 'interest'],
    ['ls', '/no/such/place/*'],
    ['no-such-program'],
  ]);
  expect(ended).toEqual([
    { status: 0, stderr: '' },
    { status: 0, stderr: '' },
    { status: 2, stderr: expect.stringMatching(/^ls: .*No such file/) },
    { status: 127, stderr: expect.stringContaining('not found') },
  ]);
});

it('take no longer than one, up to 64', async () => {
  const begin = performance.now();
  const ended = await runSideBySide(session(['sh']), new Array(40).fill(['sleep', '0.5']));
  expect(ended).toHaveLength(40);
  expect(performance.now() - begin).toBeLessThan(5000);
});

it('are not known of where the session has no xargs', async () => {
  const { run } = session(['sh']);
  const without = (argv: readonly string[]) => run.call(sessions[0], ['env', 'no-such-xargs', ...argv.slice(1)]);
  expect(await runSideBySide({ ...session(['sh']), run: without } as unknown as Session, [['true']])).toEqual([null]);
});
