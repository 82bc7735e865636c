import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DecisionsKeeper } from '../../src/monitor/decisions-keeper.ts';
import type { ServerDecisions } from '../../src/weights/decisions.ts';
import { parseDecisions } from '../../src/weights/decisions-file.ts';

let directory: string;
let place: string;
const open: DecisionsKeeper[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lvs-keeper-'));
  place = join(directory, 'run/monitor.json');
});

afterEach(async () => {
  for (const keeper of open.splice(0)) await keeper.release();
  rmSync(directory, { recursive: true });
});

async function claim() {
  const claimed = await DecisionsKeeper.claim(place);
  open.push(claimed.keeper);
  return claimed;
}

const isLocked = () => spawnSync('flock', ['-n', '-s', place, 'true']).status === 1;
const servers = (sorry: boolean): ReadonlyMap<string, ServerDecisions> =>
  new Map([['tcp://1.2.3.1:80', { sorry, realServers: new Map() }]]);

test('the file is locked from the beginning, also while it is replaced, and no longer than its keeper lives', async () => {
  const { keeper, former } = await claim();
  expect(former).toEqual({ virtualServers: new Map(), fault: null });
  expect(isLocked()).toBe(true);
  for (const sorry of [true, false]) {
    await keeper.publish(servers(sorry));
    expect(isLocked()).toBe(true);
    const { decisions } = parseDecisions(readFileSync(place, 'utf8'));
    expect(decisions).toMatchObject({ pid: process.pid, virtualServers: servers(sorry) });
  }
  expect(readdirSync(join(directory, 'run'))).toEqual(['monitor.json']);
  await open.pop()?.release();
  expect(isLocked()).toBe(false);
});

test('a second one is refused, and says which process there is', async () => {
  const { keeper } = await claim();
  await keeper.publish(servers(false));
  await expect(DecisionsKeeper.claim(place)).rejects.toMatchObject({
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

test('where nothing can be written it is refused', async () => {
  writeFileSync(join(directory, 'file'), '');
  await expect(DecisionsKeeper.claim(join(directory, 'file/monitor.json'))).rejects.toMatchObject({ code: 'refused' });
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
