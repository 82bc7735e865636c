import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { atOnce } from '../../src/plan/at-once.ts';
import type { Command } from '../../src/plan/change.ts';

const lines = [
  'tc filter add dev eth0 ingress',
  'sleep 0.02',
  'ip addr del 1.2.3.1/32 dev eth0',
  'tc qdisc change dev lvshold0 root plug release_indefinite',
  'sysctl -w net.ipv4.vs.sync_refresh_period=10',
];

describe('commands that are carried out at once', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'lvs-at-once-'));
    for (const [name, text] of Object.entries(stubs)) {
      writeFileSync(path.join(directory, name), `#!/bin/sh\n${text}`);
      chmodSync(path.join(directory, name), 0o755);
    }
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const inPlace = (name: string) => path.join(directory, name);
  const ran = () => (existsSync(inPlace('log')) ? readFileSync(inPlace('log'), 'utf8').trim().split('\n') : []);

  /** With bash, and as where there is none. */
  function run(interpreter: 'bash' | 'sh') {
    if (interpreter === 'sh') writeFileSync(inPlace('bash'), '');
    const commands = lines.map((line): Command => ({ stage: 'hold', argv: line.split(' ') }));
    const [invocation] = atOnce(commands);
    const [program = '', ...words] = invocation?.argv ?? [];
    const env = { ...process.env, PATH: `${directory}:${process.env.PATH}`, PLACE: directory };
    const script = interpreter === 'sh' ? ['-c', words[3] ?? '', words[2] ?? ''] : words;
    const options = { env, encoding: 'utf8', input: invocation?.input ?? '', timeout: 5000 } as const;
    const { status, stderr } = spawnSync(program, script, options);
    return { status, stderr };
  }

  describe.each(['bash', 'sh'] as const)('by %s', (interpreter) => {
    it('are run in their order', () => {
      expect(run(interpreter)).toEqual({ status: 0, stderr: '' });
      expect(ran()).toEqual(lines.filter((line) => !line.startsWith('sleep')));
    });

    it('are not out of step where somebody else has qdiscs on the loopback device, or a program warns', () => {
      writeFileSync(inPlace('warn'), '');
      expect(run(interpreter)).toEqual({ status: 0, stderr: '' });
      expect(ran()).toEqual(lines.filter((line) => !line.startsWith('sleep')));
    });

    it.each([
      ['tc filter', 1, 'no such luck'],
      ['ip addr', 3, 'no such luck'],
    ])('end where one fails, and let go of everything all the same: %s', (words, number, said) => {
      writeFileSync(inPlace('warn'), '');
      writeFileSync(inPlace('refuse'), words);
      const { status, stderr } = run(interpreter);
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: expect.stringContaining(`${said}\nCommand failed -:${number}\n`),
      });
      expect(ran().slice(-2)).toEqual(lines.slice(-2));
      expect(ran()).toHaveLength(number === 1 ? 2 : 3);
    });
  });
});

/** Programs that carry a batch out line by line, and end where a line fails. */
const batch = (program: string, answers: string) => `
case $1 in -batch|-o) ;; *) echo "${program} $*" >>"$PLACE/log"; exit;; esac
[ "${program}" = ip ] && shift
while read -r line; do
  case "$line" in ${answers} esac
  if [ -e "$PLACE/refuse" ]; then
    case "${program} $line" in "$(cat "$PLACE/refuse")"*) echo "Error: no such luck\nCommand failed"; exit 1;; esac
  fi
  [ ! -e "$PLACE/warn" ] || echo "Warning: it is late." >&2
  echo "${program} $line" >>"$PLACE/log"
done`;

const stubs = {
  tc: batch(
    'tc',
    `'qdisc show dev lo')
      echo 'qdisc noqueue 0: root refcnt 2'; [ ! -e "$PLACE/warn" ] || echo 'qdisc clsact ffff: parent ffff:fff1'; continue;;
     'qdisc show dev lvshold0') echo 'qdisc plug 8001: root refcnt 2'; continue;;`,
  ),
  ip: batch('ip', `'link show dev lo') echo '1: lo: <LOOPBACK,UP>'; continue;;`),
  sysctl: '[ "$1" = -q ] && shift; echo "sysctl $*" >>"$PLACE/log"\n',
};
