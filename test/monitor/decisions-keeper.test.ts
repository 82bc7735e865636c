import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DecisionsKeeper } from '../../src/monitor/decisions-keeper.ts';
import type { ServerDecisions } from '../../src/weights/decisions.ts';
import { parseDecisions } from '../../src/weights/decisions-file.ts';

let directory: string;
let place: string;
let lock: string;
const open: DecisionsKeeper[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lvs-keeper-'));
  place = join(directory, 'run/monitor.json');
  lock = join(directory, 'run/monitor.lock');
});

afterEach(async () => {
  for (const keeper of open.splice(0)) await keeper.release();
  rmSync(directory, { recursive: true });
});

async function claim() {
  const claimed = await DecisionsKeeper.claim({ decisions: place, lock });
  open.push(claimed.keeper);
  return claimed;
}

const isLocked = () => spawnSync('flock', ['-n', '-s', lock, 'true']).status === 1;
const servers = (sorry: boolean): ReadonlyMap<string, ServerDecisions> =>
  new Map([['tcp://1.2.3.1:80', { sorry, realServers: new Map() }]]);

test('the lock is held from the beginning, also while it is replaced, and no longer than its keeper lives', async () => {
  const { keeper, former } = await claim();
  expect(former).toEqual({ virtualServers: new Map(), fault: null });
  expect(isLocked()).toBe(true);
  for (const sorry of [true, false]) {
    await keeper.publish(servers(sorry));
    expect(isLocked()).toBe(true);
    const { decisions } = parseDecisions(readFileSync(place, 'utf8'));
    expect(decisions).toMatchObject({ pid: process.pid, virtualServers: servers(sorry) });
  }
  expect(readdirSync(join(directory, 'run'))).toEqual(['monitor.json', 'monitor.lock']);
  for (const path of ['', 'monitor.json', 'monitor.lock'])
    expect([path, statSync(join(directory, 'run', path)).mode & 0o077]).toEqual([path, 0]);
  await open.pop()?.release();
  expect(isLocked()).toBe(false);
});

test('a second one is refused, and says which process there is', async () => {
  const { keeper } = await claim();
  await keeper.publish(servers(false));
  await expect(DecisionsKeeper.claim({ decisions: place, lock })).rejects.toMatchObject({
    code: 'locked',
    message: `a monitor runs on this machine already, process ${process.pid}`,
  });
});

test('the next one goes on from what stands there', async () => {
  const { keeper } = await claim();
  await keeper.publish(servers(true));
  await open.pop()?.release();
  expect((await claim()).former).toEqual({ virtualServers: servers(true), fault: null });
});

test('what cannot be read is said, and is no obstacle', async () => {
  const { keeper } = await claim();
  await keeper.publish(servers(true));
  await open.pop()?.release();
  writeFileSync(place, '{"version":2}');
  expect((await claim()).former).toEqual({ virtualServers: new Map(), fault: expect.stringContaining('version') });
});

test('whoever locks what other users can read, or has written the number of a dead process, stops no monitor', async () => {
  const { keeper } = await claim();
  await keeper.publish(servers(true));
  await open.pop()?.release();
  chmodSync(place, 0o644);
  const other = spawn('flock', ['-x', place, 'sh', '-c', 'echo; read -r end'], { stdio: 'pipe' });
  await once(other.stdout, 'data');
  expect((await claim()).former.virtualServers).toEqual(servers(true));
  // Beyond what the kernel numbers.
  writeFileSync(lock, '4194305\n');
  await expect(DecisionsKeeper.claim({ decisions: place, lock })).rejects.toMatchObject({
    message: 'a monitor runs on this machine already',
  });
  other.stdin.end();
  await once(other, 'close');
});

test.each([
  ['a FIFO', 'mkfifo "$1"'],
  ['a directory', 'mkdir "$1"'],
  ['a link', 'echo "{}" >"$1.other"; ln -s "$1.other" "$1"'],
  ["another user's file", 'echo "{}" >"$1"; chown 65534 "$1"'],
])('%s in the place of the file is said, and in that of the lock refused', async (_, script) => {
  mkdirSync(join(directory, 'run'));
  // Only root can make some of them.
  if (spawnSync('sh', ['-c', script, 'sh', place]).status !== 0) return;
  expect((await claim()).former).toEqual({ virtualServers: new Map(), fault: expect.stringContaining(place) });
  await open.pop()?.release();
  rmSync(lock);
  spawnSync('sh', ['-c', script, 'sh', lock]);
  await expect(claim()).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining(lock) });
});

test('it knows whether what it published was removed or cut', async () => {
  const { keeper } = await claim();
  expect(await keeper.isIntact()).toBe(true);
  await keeper.publish(servers(true));
  expect(await keeper.isIntact()).toBe(true);
  truncateSync(place, 20);
  expect(await keeper.isIntact()).toBe(false);
  await keeper.publish(servers(true));
  rmSync(place);
  expect(await keeper.isIntact()).toBe(false);
});

test('where nothing can be written it is refused', async () => {
  writeFileSync(join(directory, 'file'), '');
  await expect(DecisionsKeeper.claim({ decisions: place, lock: join(directory, 'file/lock') })).rejects.toMatchObject({
    code: 'refused',
  });
});

test('a version that cannot be written leaves the former one, locked', async () => {
  const { keeper } = await claim();
  await keeper.publish(servers(true));
  rmSync(`${place}.${process.pid}`, { force: true, recursive: true });
  // In the way of the new version.
  spawnSync('mkdir', ['-p', `${place}.${process.pid}/x`]);
  await expect(keeper.publish(servers(false))).rejects.toThrow();
  expect(isLocked()).toBe(true);
  expect(parseDecisions(readFileSync(place, 'utf8')).decisions?.virtualServers).toEqual(servers(true));
});
