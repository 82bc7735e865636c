import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { agent } from '../../src/router/agent.ts';
import { agentCommand } from '../../src/router/connection.ts';
import { SessionLost } from '../../src/router/runner.ts';
import { Session } from '../../src/router/session.ts';
import { RawClient } from './support/raw-client.ts';
import { sessionOf, shells } from './support/shells.ts';

/** Everything that means something to a shell, to printf or to the agent's own protocol. */
const word = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replace(/[\n\0]/g, '?')),
  fc.constantFrom(
    '',
    ' ',
    '-n',
    '-e',
    '\\',
    '\\n',
    '%s',
    '$HOME',
    '$(id)',
    '`id`',
    '*',
    '~',
    "'",
    '"',
    '"$@"',
    '&',
    ';',
    '>x',
    '#',
    '!',
    'EOF',
    'INPUT',
    'run 1 0',
    '\t',
    '\r',
    'é',
    '\u2028',
    '-',
  ),
);

/** Prints its arguments, each ended by a byte that no argument holds. */
const show = ['sh', '-c', 'for word do printf "%s\\n" "$word"; done', 'show'];

describe.each(shells)('the agent, run by %s %s', (...shell) => {
  let session: Session;
  beforeEach(() => {
    session = sessionOf(shell);
  });
  afterEach(() => session.close());

  it('hands words to a command untouched', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (words) => {
        const { stdout, stderr, status } = await session.run([...show, ...words]);
        expect({ stdout, stderr, status }).toEqual({
          stdout: words.map((one) => `${one}\n`).join(''),
          stderr: '',
          status: 0,
        });
      }),
      { numRuns: 60 },
    );
  });

  it('hands stdin to a command, byte for byte', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }).map((one) => one.replaceAll('\0', '?')),
      fc.constantFrom('\n', '\n\n\n', 'no newline', 'INPUT\n', '$HOME `id` \\\n', ' \t\n ', '.', 'x.'),
    );
    await fc.assert(
      fc.asyncProperty(text, async (input) => {
        expect(await session.run(['cat'], input)).toEqual({ status: 0, stdout: input, stderr: '' });
      }),
      { numRuns: 60 },
    );
  });

  it('takes a megabyte, whether the command reads it or not', async () => {
    const input = `${'-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 1\n'.repeat(25_000)}the end`;
    const outcomes = await Promise.all([
      session.run(['cat'], input),
      session.run(['true'], input),
      session.run(['head', '-c', '3'], input),
      session.run(['sh', '-c', 'exit 7'], input),
      session.run(['cat'], 'afterwards'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([0, 0, 0, 7, 0]);
    expect(outcomes.map(({ stdout }) => (stdout === input ? 'all' : stdout))).toEqual([
      'all',
      '',
      '-a ',
      '',
      'afterwards',
    ]);
  });

  it('tells status, stdout and stderr of each command, in order', async () => {
    const answers = [0, 1, 42, 255].map((status) =>
      session.run(['sh', '-c', `echo out${status}; echo err${status} >&2; exit ${status}`]),
    );
    expect(await Promise.all(answers)).toEqual(
      [0, 1, 42, 255].map((status) => ({ status, stdout: `out${status}\n`, stderr: `err${status}\n` })),
    );
    expect(await session.run(['no-such-program'])).toMatchObject({ status: 127 });
    expect(await session.run(['sh', '-c', 'kill -9 $$'])).toMatchObject({ status: 137 });
  });

  it('keeps a command without input from reading the requests', async () => {
    const [nothing, next] = await Promise.all([session.run(['cat']), session.run(['echo', 'next'])]);
    expect([nothing.stdout, next.stdout]).toEqual(['', 'next\n']);
  });

  it('runs everything in English, and finds the programs of administrators', async () => {
    const { stdout } = await session.run(['sh', '-c', 'echo "$LC_ALL $PATH"']);
    expect(stdout).toMatch(/^C .*\/usr\/sbin:/);
  });

  it('knows the router', async () => {
    const facts = await session.facts(['sh', 'no-such-program', 'cat']);
    expect(facts).toMatchObject({ missing: ['no-such-program'] });
  });

  it('starts commands that outlive it', async () => {
    await session.runApart(['sleep', '1.3']);
    // It has its own session a moment after it has begun.
    await vi.waitFor(async () => {
      const { stdout } = await session.run(['sh', '-c', 'ps -eo sid,pid,args | grep " [s]leep 1.3"']);
      const [sessionId, processId] = stdout.trim().split(/\s+/);
      expect([sessionId, stdout]).toEqual([processId, expect.stringMatching(/^ *\d+ +\d+ sleep 1\.3$/m)]);
    });
    await session.close();
  });

  it('runs nothing whose input did not arrive whole', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'lvs-agent-'));
    const client = new RawClient([...shell, '-c', agent]);
    client.say(`run 3 40\nsh\n-c\ncat >${directory}/input\nonly half of it`);
    await client.end();
    expect(readdirSync(directory)).toEqual([]);
    rmSync(directory, { recursive: true });
  });

  it('refuses what is not one line', () => {
    expect(() => session.run(['echo', 'two\nlines'])).toThrow(TypeError);
  });
});

describe('a session', () => {
  it('that is over rejects, with what was said last', async () => {
    const session = new Session(['sh', '-c', 'echo "Host key verification failed." >&2; exit 255']);
    await expect(session.run(['true'])).rejects.toThrow(new SessionLost('Host key verification failed.'));
    await expect(session.run(['true'])).rejects.toBeInstanceOf(SessionLost);
    await session.close();
  });

  it.each(['yes', 'yes >&2', 'cat /dev/zero'])('that prints without end is ended: %s', async (flood) => {
    const session = new Session(['sh', '-c', `exec ${flood}`]);
    await expect(session.facts([])).rejects.toThrow('its output does not end');
    await session.close();
  });

  it('that ends without a word says how', async () => {
    const killed = new Session(agentCommand(null, true));
    await expect(killed.run(['sh', '-c', 'kill -9 $PPID'])).rejects.toThrow('the session was ended by SIGKILL');
    const failed = new Session(['sh', '-c', 'exit 3']);
    await expect(failed.run(['true'])).rejects.toThrow('sh ended with status 3');
    const missing = new Session(['no-such-shell']);
    await expect(missing.run(['true'])).rejects.toThrow('there is no program no-such-shell');
  });
});
