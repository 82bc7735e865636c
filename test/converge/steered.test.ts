import { expect, it } from 'vitest';
import type { Planned } from '../../src/converge/planned.ts';
import { newMaster, settledElections } from '../../src/converge/steered.ts';
import { SessionLost } from '../../src/router/runner.ts';

/** A router whose keepalived says so, and how often it was asked. */
function router(name: string, before: 'MASTER' | 'BACKUP', says: number | null) {
  const asked = { times: 0 };
  const run = async () => {
    asked.times += 1;
    if (says === null) throw new SessionLost('ssh: Connection timed out');
    return { status: 0, stdout: JSON.stringify([{ data: { iname: 'lvs', state: says } }]), stderr: '' };
  };
  const planned = { name, election: before, tools: { election: { advertInterval: 0.01 } }, runner: { run } };
  return { asked, planned: planned as unknown as Planned };
}

const masterOf = async (routers: readonly Planned[]) => newMaster(routers, await settledElections(routers, 0))?.name;

it('routers none of which can be reached are asked once', async () => {
  const routers = [router('lvs1', 'MASTER', null), router('lvs2', 'BACKUP', null)];
  expect(await masterOf(routers.map(({ planned }) => planned))).toBeUndefined();
  expect(routers.map(({ asked }) => asked.times)).toEqual([1, 1]);
});

it.each([
  ['a backup that stays one hears the target', 1, null, 'lvs2'],
  ['the target is a backup, so that the old router is master as before', null, 1, undefined],
  ['the old router is at fault', 3, null, undefined],
  ['the old router is master again', 2, null, undefined],
])('of two routers one of which is lost: %s', async (_, first, second, master) => {
  const routers = [router('lvs1', 'MASTER', first), router('lvs2', 'BACKUP', second)];
  expect(await masterOf(routers.map(({ planned }) => planned))).toBe(master);
});
