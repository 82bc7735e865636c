import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { StandInRouters } from './stand-in-routers.ts';

/** Sets the title of a terminal, moves its cursor, and turns letters round; the last three are one character each. */
const evil = '\u001b]0;owned\u0007\u001b[2J\u001b[35mred\u009b31m\u202etxt\u007f';
const harmful = /[^\P{Cc}\n\t]|[\u2028-\u202e\u2066-\u2069]/u;
const harmless = String.raw`\u001b]0;owned\u0007\u001b[2J\u001b[35mred\u009b31m\u202etxt\u007f`;

let sandbox: Sandbox;
let routers: StandInRouters;

beforeAll(() => {
  sandbox = new Sandbox();
  routers = new StandInRouters(sandbox.folder, join(sandbox.folder, 'bin'));
});
afterAll(() => sandbox.remove());
afterEach(() => {
  routers.broken = false;
});

const write = (name: string, text: string) => writeFileSync(join(sandbox.folder, name), text, { mode: 0o644 });

/** Where text of others comes from, and what makes it appear. */
const sources: readonly (readonly [string, () => void, readonly string[]])[] = [
  ['what ssh says', () => routers.closeLvs2(evil), ['status']],
  ['what ssh says, in a refusal', () => routers.closeLvs2(evil), ['apply', '--yes']],
  ['what ssh says, for a doctor', () => routers.closeLvs2(evil), ['doctor']],
  ['an error of ipvsadm', () => routers.fail(evil), ['status']],
  [
    'a value in lvs.yaml',
    () => write('bad.yaml', `timeouts: ${JSON.stringify(evil)}\n`),
    ['validate', '-c', 'bad.yaml'],
  ],
  ['a key in lvs.yaml', () => write('bad.yaml', `${JSON.stringify(evil)}: 1\n`), ['validate', '-c', 'bad.yaml']],
  ['a comment beside a mistake', () => write('bad.yaml', 'a: [ # \u202etxt\n'), ['validate', '-c', 'bad.yaml']],
  ['the name of a file', () => {}, ['validate', '-c', evil]],
  ['a command that was typed', () => {}, [evil]],
  ['an argument that was typed', () => {}, ['status', evil]],
  ['an option that was typed', () => {}, ['status', `--${evil}`]],
];

describe.each(sources)('%s', (_, prepare, words) => {
  afterEach(() => {
    try {
      routers.mendLvs2();
    } catch {
      // It was not cut.
    }
  });

  test('reaches no terminal as it is', () => {
    prepare();
    const { stdout, stderr } = sandbox.run(['lvsadm', ...words]);
    expect(stdout + stderr).not.toBe('');
    expect(stdout).not.toMatch(harmful);
    expect(stderr).not.toMatch(harmful);
  });

  test('stands in JSON as an escape', () => {
    prepare();
    const { stdout, stderr } = sandbox.run(['lvsadm', ...words, '--json']);
    expect(() => JSON.parse(stdout)).not.toThrow();
    expect(stdout + stderr).not.toMatch(harmful);
  });
});

test('it is shown, so that nothing is hidden', () => {
  expect(sandbox.run(['lvsadm', 'status', evil]).stderr).toContain(harmless);
  expect(JSON.parse(sandbox.run(['lvsadm', 'status', evil, '--json']).stdout).error.message).toContain(evil);
});

describe('on a terminal', () => {
  const typed = (line: string) => {
    const environment = { ...sandbox.usual.env, NO_COLOR: undefined, TERM: 'xterm', EVIL: evil };
    return spawnSync('script', ['-qec', line, '/dev/null'], { ...sandbox.usual, env: environment }).stdout;
  };
  const foreign = (text: string) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the program's own colours.
    text.replaceAll(/\u001b\[(?:1|2|22|31|32|33|39)m/g, '').replaceAll('\r\n', '\n');

  test('the colours are there, and nothing else', () => {
    const shown = typed('lvsadm status');
    expect(shown).toContain('\u001b[1mlvs1\u001b[22m');
    expect(foreign(shown)).not.toMatch(harmful);
  });

  test('also around what others say', () => {
    routers.closeLvs2(evil);
    const shown = typed('lvsadm status');
    routers.mendLvs2();
    expect(shown).toContain('\u001b[31m! lvs2 cannot be reached');
    expect(shown).toContain(harmless);
    expect(foreign(shown)).not.toMatch(harmful);
  });

  test('a help is painted as ever', () => {
    expect(typed('lvsadm status --help')).toContain('\u001b[1m');
  });
});
