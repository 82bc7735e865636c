import { expect, test } from 'vitest';
import type { Change } from '../../../src/plan/change.ts';
import { withoutFirstFiles } from '../../../src/plan/files/first-files.ts';
import type { RouterPlan } from '../../../src/plan/router-plan.ts';

const mark = '/etc/lvs/lvs.yaml.installed';

function change(kind: Change['kind'], action: Change['action'], key: string): Change {
  return { kind, action, key, virtualServer: null, before: null, after: {}, commands: [] };
}

function plan(changes: readonly Change[], files: readonly string[] = []): RouterPlan {
  const live = {
    virtualServers: new Map(),
    addresses: [],
    settings: new Map(),
    timeouts: null,
    syncDaemons: [],
    files: new Map(files.map((path) => [path, { digest: '', content: null, link: null }])),
  };
  const unmanaged = { virtualServers: [], addresses: [], syncDaemons: [] };
  return { name: 'lvs1', role: 'active', live, target: live, changes, unmanaged, otherDrift: 0, notes: [] };
}

const firstFiles = [change('file', 'add', mark), change('file', 'add', '/etc/lvs/boot.rules')];

test('a router that lacks nothing but the files of a first run is as declared, with a note', () => {
  const { changes, notes } = withoutFirstFiles(plan(firstFiles), mark);
  expect(changes).toEqual([]);
  expect(notes).toHaveLength(1);
});

test('a file that went missing where lvs has installed is a difference', () => {
  const lacking = plan([change('file', 'add', '/etc/lvs/boot.rules')], [mark]);
  expect(withoutFirstFiles(lacking, mark)).toBe(lacking);
});

test('beside any other change the files are told', () => {
  const differing = plan([...firstFiles, change('virtual-server', 'add', 'tcp://1.2.3.1:80')]);
  expect(withoutFirstFiles(differing, mark)).toBe(differing);
  const foreign = plan([...firstFiles, change('file', 'change', '/etc/lvs/lvs.yaml')]);
  expect(withoutFirstFiles(foreign, mark)).toBe(foreign);
});

test('nothing to change is nothing to say', () => {
  const equal = plan([]);
  expect(withoutFirstFiles(equal, mark)).toBe(equal);
});
