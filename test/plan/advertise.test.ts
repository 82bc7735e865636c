import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HeldAddress } from '../../src/model/state.ts';
import { advertising, advertisingAgain, canAdvertise } from '../../src/plan/advertise.ts';
import { lendingWords } from '../../src/plan/lending.ts';
import type { Session } from '../../src/router/session.ts';
import { canHavePrivateRun, PrivateRun } from '../router/support/private-run.ts';
import { sessionOf, shells } from '../router/support/shells.ts';
import { NamedProcess } from '../support/named-process.ts';

const held: HeldAddress = { address: '2001:db8::1', prefix: 128, device: 'eth0', label: null, secondary: false };
const other: HeldAddress = { ...held, address: 'fd00::254', device: 'eth1' };
const again = ({ address, device }: HeldAddress) => [
  `addr add ${address}/128 ${lendingWords(60)}`,
  `addr del ${address}/128 dev ${device}`,
  `addr add ${address}/128 dev ${device}`,
  `addr del ${address}/128 dev lo`,
];

describe.runIf(canHavePrivateRun).each(shells)('IPv6 addresses announce themselves, by %s %s', (...shell) => {
  let run: PrivateRun;
  let sessions: Session[];
  beforeEach(() => {
    run = new PrivateRun();
    sessions = [];
    mkdirSync(inRun('programs'));
    mkdirSync(inRun('lvs'));
    for (const [name, text] of Object.entries(stubs)) {
      writeFileSync(path.join(inRun('programs'), name), `#!/bin/sh\n${text}`);
      chmodSync(path.join(inRun('programs'), name), 0o755);
    }
  });
  afterEach(async () => {
    await Promise.all(sessions.map((session) => session.close()));
    run.remove();
  });
  const inRun = (name: string) => path.join(run.directory, name);
  const ran = () => (existsSync(inRun('log')) ? readFileSync(inRun('log'), 'utf8').trim().split('\n') : []);
  /** Nothing is done whose words have this. */
  const refuse = (words: string) => writeFileSync(inRun('refuse'), words);
  const session = (command: readonly string[]) => {
    const opened = sessionOf(command);
    sessions.push(opened);
    return opened;
  };
  const start = ([, ...words]: readonly string[]) => {
    const [program = '', ...shellWords] = run.shell(...shell, ...words);
    const env = { ...process.env, PATH: `${inRun('programs')}:${process.env.PATH}` };
    const child = spawn(program, shellWords, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    return new Promise<{ status: number | null; stderr: string }>((resolve) =>
      child.once('close', (status) => resolve({ status, stderr })),
    );
  };

  it('by going and coming back, while the loopback device holds them', async () => {
    expect(await start(advertising('tell', [held, other]).argv)).toEqual({ status: 0, stderr: '' });
    expect(ran()).toEqual([...again(held), ...again(other)]);
  });

  it.each(['addr del 2001:db8::1/128 dev eth0', 'addr add 2001:db8::1/128 dev eth0'])(
    'and leave nothing on the loopback device where that fails: %s',
    async (words) => {
      refuse(words);
      const { status, stderr } = await start(advertising('tell', [held, other]).argv);
      expect(status).toBe(1);
      expect(stderr).toContain('no such luck');
      expect(ran().at(-1)).toBe('addr del 2001:db8::1/128 dev lo');
    },
  );

  it('and leave there what was there before', async () => {
    refuse(`addr add 2001:db8::1/128 ${lendingWords(60)}`);
    expect((await start(advertising('tell', [held]).argv)).status).toBe(0);
    expect(ran()).toEqual(again(held).slice(1, 3));
  });

  it('again and again when the run has ended, and not before', async () => {
    const holder = session(run.shell(...shell));
    await holder.lock(['ann', 'desk', 'noon', 'lvs failover']);
    const ended = start(advertisingAgain(3, [held]));
    await holder.run(['sleep', '0.2']);
    expect(ran()).toEqual([]);
    await holder.close();
    await ended;
    expect(ran()).toEqual([held, held, held].flatMap(again));
  });

  it('but not where they are no longer there', async () => {
    writeFileSync(inRun('gone'), '');
    await start(advertisingAgain(10_000, [held]));
    expect(ran()).toEqual([]);
  });

  it('nor where keepalived moves them by now', async () => {
    writeFileSync(inRun('elected'), '        2001:db8::1:5/128 dev eth0\n        fd00::254/128 dev eth1\n');
    const keepalived = await NamedProcess.start('keepalived');
    writeFileSync(inRun('keepalived.pid'), `${keepalived.pid}\n`);
    await start(advertisingAgain(2, [held, other]));
    expect(ran()).toEqual([held, held].flatMap(again));
    await start(advertisingAgain(10_000, [other]));
    expect(ran()).toHaveLength(8);
    await keepalived.end();
    await start(advertisingAgain(1, [other]));
    expect(ran().slice(8)).toEqual(again(other));
  });

  it('nor while half a failover is at work', async () => {
    const holder = session(run.shell(...shell));
    const keeping = holder.run(['flock', '/run/lvs/turn', 'sh', '-c', ': >/run/has-it; sleep 0.4']);
    await vi.waitFor(() => expect(existsSync(inRun('has-it'))).toBe(true), 3000);
    const ended = start(advertisingAgain(40, [held]));
    await keeping;
    expect(ran().length).toBeLessThan(5);
    await vi.waitFor(() => expect(ran().slice(0, 4)).toEqual(again(held)), 3000);
    writeFileSync(inRun('gone'), '');
    await ended;
  });
});

/** Seconds are short. */
const stubs = {
  sleep: 'exec /bin/sleep 0.02\n',
  grep: `for last do :; done; [ "$last" = /etc/keepalived/keepalived.conf ] || exit 2
exec /bin/grep "$1" "$2" /run/elected\n`,
  ip: `one() {
  if [ -e /run/refuse ] && [ "$*" = "$(cat /run/refuse)" ]; then echo "no such luck" >&2; exit 2; fi
  echo "$*" >>/run/log
}
case $* in
  -o*) [ -e /run/gone ] || echo there;;
  *-batch*) while read -r words; do one $words; done;;
  *) one "$@";;
esac
`,
};

it('is for addresses of the full length only', () => {
  expect(canAdvertise(held)).toBe(true);
  expect(canAdvertise({ ...held, prefix: 64 })).toBe(false);
  expect(canAdvertise({ ...held, address: '1.2.3.1', prefix: 32 })).toBe(false);
});
