import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Session } from '../../src/router/session.ts';
import { runSideBySide } from '../../src/router/side-by-side.ts';
import { sessionOf, shells } from './support/shells.ts';

/** Ends once so many of it have begun. */
const waitsForAll = `#!/bin/sh
cd "\${0%/*}" || exit
mktemp begun.XXXXXX >/dev/null
tries=500
while set -- "$1" begun.* && [ $(($# - 1)) -lt "$1" ]; do
  [ $tries -gt 0 ] || exit 1
  tries=$((tries - 1))
  sleep 0.1
done
`;

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

it('run at the same time, up to 64', async () => {
  const place = mkdtempSync(join(tmpdir(), 'lvs-side-by-side-'));
  try {
    const program = join(place, 'waits-for-all');
    writeFileSync(program, waitsForAll, { mode: 0o755 });
    const ended = await runSideBySide(session(['sh']), new Array(40).fill([program, '40']));
    expect(ended).toEqual(new Array(40).fill({ status: 0, stderr: '' }));
  } finally {
    rmSync(place, { recursive: true });
  }
});

it('are not known of where the session has no xargs', async () => {
  const { run } = session(['sh']);
  const without = (argv: readonly string[]) => run.call(sessions[0], ['env', 'no-such-xargs', ...argv.slice(1)]);
  expect(await runSideBySide({ ...session(['sh']), run: without } as unknown as Session, [['true']])).toEqual([null]);
});
