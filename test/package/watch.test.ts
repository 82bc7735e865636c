import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunProgram, TestTerminal } from '../support/terminal.ts';
import { Sandbox } from './sandbox.ts';
import { listing, StandInRouters } from './stand-in-routers.ts';

let sandbox: Sandbox;
let routers: StandInRouters;
let terminal: TestTerminal;
let settings: string;

beforeEach(async () => {
  sandbox = new Sandbox();
  routers = new StandInRouters(sandbox.folder, join(sandbox.folder, 'bin'));
  const run: RunProgram = async ([program = '', ...words]) =>
    spawnSync(program, words, {
      encoding: 'utf8',
      cwd: sandbox.folder,
      env: { ...sandbox.environment, TERM: 'screen' },
    });
  terminal = await TestTerminal.open(run, `lvs-${process.pid}-${process.hrtime.bigint()}`);
  settings = await settingsNow();
  await terminal.line('clear; echo before');
  await terminal.until(/^before$/m);
});

afterEach(async () => {
  await terminal.close();
  sandbox.remove();
});

/** How the shell's terminal is set: what stty(1) prints for itself to read again. */
async function settingsNow(): Promise<string> {
  await terminal.line('clear; stty -g');
  const seen = await terminal.until(/^[0-9a-f:]{40,}/m);
  return seen.replaceAll('\n', '').match(/[0-9a-f:]{40,}/)?.[0] ?? '';
}

async function startWatch(words = ''): Promise<string> {
  await terminal.line(`lvsadm status --watch --interval 0.5 ${words}`);
  return terminal.until('18 conn/s');
}

/** What was there before it is there again, and the shell's terminal is as it was. */
async function expectAsBefore(status: number): Promise<void> {
  const seen = await terminal.until(/^before$/m);
  expect(seen).not.toContain('q quit');
  expect(await terminal.status()).toBe(status);
  expect(await settingsNow()).toBe(settings);
}

describe('status --watch on a terminal', { timeout: 200_000 }, () => {
  test('shows the cluster, and what changes, over two sessions; q leaves the terminal as it was', async () => {
    const seen = await startWatch();
    expect(seen).toMatch(
      /^lvs status lvs\.yaml +\d\d:\d\d:\d\d, every 0\.5 s\nlvs1 active 1\.2\.3\.1, 192\.168\.1\.254\nlvs2 backup\n/,
    );
    expect(seen).toMatch(/ {2}192\.168\.1\.2:80 +2 +40 ██████ +12 +3\.0k +2\.5M/);
    expect(seen).not.toContain('before');
    routers.print('ipvsadm -Ln', listing(['TCP  1.2.3.1:80 wrr', '  -> 192.168.1.2:80  Masq  2  77  7']));
    await terminal.until(/192\.168\.1\.2:80 +2 +77/);
    expect(routers.sessions().map(([router]) => router)).toEqual(['11', '12']);
    await terminal.keys('q');
    await expectAsBefore(0);
  });

  test('is sorted and filtered by keys', async () => {
    await startWatch();
    await terminal.keys('s');
    await terminal.until('s sort: connections');
    await terminal.keys('/', '1', '.', '3', ':');
    expect(await terminal.until('filter: 1.3:_')).not.toContain('192.168.1.2:80');
    await terminal.keys('Enter');
    expect(await terminal.until('/ filter "1.3:"')).toContain('192.168.1.3:80');
    await terminal.keys('Escape');
    await terminal.until('192.168.1.2:80');
    await terminal.keys('d');
    await terminal.until(/web 1\.2\.3\.1:80.*\n\n/);
    await terminal.keys('q');
    await expectAsBefore(0);
  });

  test('fits the terminal when that is resized', async () => {
    await startWatch();
    await terminal.resize(50, 10);
    await terminal.until(/^lvs status.*0\.5 s\n(.*\n)*1-2 of 3 {3}q quit {3}s sort: attention/);
    expect(await terminal.screen()).toHaveLength(10);
    await terminal.resize(120, 30);
    await terminal.until(/active +inactive conn\/s/);
    expect((await terminal.screen()).at(-1)).toMatch(/^q quit/);
    await terminal.keys('q');
    await expectAsBefore(0);
  });

  test('shows a router that is lost as lost, and finds it again', async () => {
    await startWatch();
    routers.cutLvs2();
    const seen = await terminal.until('! lvs2 cannot be reached');
    expect(seen).toMatch(/^lvs1 active/m);
    await terminal.until(/events\n.*lvs2 cannot be reached/);
    await terminal.until('! lvs2 cannot be reached: ssh: connect to host: No route to host');
    routers.mendLvs2();
    await terminal.until('lvs2 is reached again: backup');
    expect(routers.sessions().map(([router]) => router)).toEqual(['12']);
    await terminal.keys('q');
    await expectAsBefore(0);
  });

  test('follows the configuration, as far as that is right', async () => {
    await startWatch();
    const file = join(sandbox.folder, 'lvs.yaml');
    const right = readFileSync(file, 'utf8');
    writeFileSync(file, right.replace('scheduler: wrr', 'scheduler: wlc'));
    await terminal.until(/! lvs1 has \d differences.*web 1\.2\.3\.1:80.* 2 differences/s);
    writeFileSync(file, right.replace('scheduler: wrr', 'scheduler: wrrr'));
    await terminal.until('! the configuration that was read before goes on: lvs.yaml has a mistake');
    writeFileSync(file, right);
    await terminal.until(/^(?!.*(difference|mistake)).*q quit/s);
    await terminal.keys('q');
    await expectAsBefore(0);
  });

  test('says when a later reading fails, and goes on', async () => {
    await startWatch();
    routers.broken = true;
    await terminal.until(/! lvs[12]: ipvsadm .* failed: Permission denied/);
    routers.broken = false;
    await terminal.until(/^(?!.*Permission denied)lvs status.*q quit/s);
    await terminal.keys('q');
    await expectAsBefore(0);
  });

  test('leaves the terminal as it was when the first reading fails', async () => {
    routers.broken = true;
    await terminal.line('lvsadm status --watch');
    await terminal.until(/lvs: lvs[12]: ipvsadm .* failed: Permission denied/);
    await expectAsBefore(3);
  });

  test.each([
    ['Ctrl-C', 'C-c', 130],
    ['a signal', 'TERM', 130],
  ])('leaves the terminal as it was on %s', async (_, what, status) => {
    await startWatch();
    if (what === 'C-c') await terminal.keys(what);
    else {
      const { stdout } = spawnSync('pgrep', ['-f', `${sandbox.folder}/bin/lvsadm status --watch`], {
        encoding: 'utf8',
      });
      process.kill(Number(stdout.trim()), 'SIGTERM');
    }
    await expectAsBefore(status);
  });

  test('gives the terminal to the shell on Ctrl-Z, and takes it again', async () => {
    await terminal.line('set -m');
    await startWatch();
    await terminal.keys('C-z');
    expect(await terminal.until(/^before$/m)).not.toContain('q quit');
    await terminal.line('fg');
    await terminal.until('q quit');
    await terminal.keys('q');
    await expectAsBefore(0);
  });
});

describe('status --watch without a terminal', () => {
  test('is refused, and explains', () => {
    const { status, stderr } = sandbox.run(['lvsadm', 'status', '--watch']);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr:
        'lvs: --watch needs a terminal to draw on\nhint: with --json, each reading is one document on a line of its own\n',
    });
  });

  test('prints a document a line under --json, until nobody reads on', async () => {
    await terminal.line('lvsadm status --watch --interval 0.5 --json | head -n 2 | cut -c 1-60; echo ended');
    const seen = await terminal.until(/^ended/m);
    expect(seen.match(/^\{"version":1,"config":\{"file":"lvs\.yaml"\},"routers":/gm)).toHaveLength(2);
  });
});
