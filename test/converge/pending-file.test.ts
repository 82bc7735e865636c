import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepingOf } from '../../src/converge/kept-files.ts';
import { PendingFile } from '../../src/converge/pending-file.ts';
import { errorOf, SimulatedPair } from './support/simulated-pair.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'lvs-file-'));
  file = path.join(directory, 'lvs.yaml');
  writeFileSync(file, 'before\n', { mode: 0o640 });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const content = () => readFileSync(file, 'utf8');

describe('the file', () => {
  it('is staged before anything runs, and written when everything took', async () => {
    const pair = new SimulatedPair();
    const seen: { content: string; beside: number }[] = [];
    pair.lvs1.kernel.onMutation(() => seen.push({ content: content(), beside: readdirSync(directory).length }));
    await pair.apply({ file: new PendingFile(file, 'before\n', 'after\n') });
    expect(new Set(seen.map((one) => JSON.stringify(one)))).toEqual(new Set(['{"content":"before\\n","beside":2}']));
    expect(content()).toBe('after\n');
    expect(readdirSync(directory)).toEqual(['lvs.yaml']);
  });

  it('keeps its mode, and the link that leads to it', async () => {
    const link = path.join(directory, 'link.yaml');
    symlinkSync('lvs.yaml', link);
    chmodSync(file, 0o600);
    await new SimulatedPair().apply({ file: new PendingFile(link, 'before\n', 'after\n') });
    expect(content()).toBe('after\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory).sort()).toEqual(['link.yaml', 'lvs.yaml']);
  });

  it('may be new', async () => {
    rmSync(file);
    await new SimulatedPair().apply({ file: new PendingFile(file, null, 'after\n') });
    expect(content()).toBe('after\n');
  });

  it('stays as it was when the run fails', async () => {
    const pair = new SimulatedPair();
    pair.lvs2.kernel.fail({ matching: /-a/, effect: 'refuse' });
    await errorOf(pair.apply({ file: new PendingFile(file, 'before\n', 'after\n') }));
    expect(content()).toBe('before\n');
    expect(readdirSync(directory)).toEqual(['lvs.yaml']);
  });

  it('stays as it was in a preview', async () => {
    const outcome = await new SimulatedPair().preview({ file: new PendingFile(file, 'before\n', 'after\n') });
    expect(outcome.file?.after).toBe('after\n');
    expect(content()).toBe('before\n');
  });

  it('is in its place durably: the directory is synced after the file has its name', async () => {
    const synced: string[] = [];
    const { FileHandle } = await fileHandles();
    const { sync } = FileHandle;
    FileHandle.sync = async function (this: { stat(): Promise<Stats> }) {
      const kind = (await this.stat()).isDirectory() ? 'directory' : 'file';
      synced.push(`${kind} with lvs.yaml ${content().trim()}`);
      return sync.call(this);
    };
    try {
      await new SimulatedPair().apply({ file: new PendingFile(file, 'before\n', 'after\n') });
    } finally {
      FileHandle.sync = sync;
    }
    expect(synced).toEqual(['file with lvs.yaml before', 'directory with lvs.yaml after']);
  });

  it('is in its place where no directory can be synced by itself: then everything is', async () => {
    const { FileHandle } = await fileHandles();
    const { sync } = FileHandle;
    FileHandle.sync = async function (this: { stat(): Promise<Stats> }) {
      if ((await this.stat()).isDirectory()) throw Object.assign(new Error('EINVAL: fsync'), { code: 'EINVAL' });
      return sync.call(this);
    };
    try {
      await new SimulatedPair().apply({ file: new PendingFile(file, 'before\n', 'after\n') });
    } finally {
      FileHandle.sync = sync;
    }
    expect(content()).toBe('after\n');
  });

  it('is none of a run that does not edit it: another user may save it at any moment', async () => {
    const pair = new SimulatedPair();
    pair.lvs2.kernel.onMutation(() => writeFileSync(file, 'before\n# theirs\n'));
    await pair.apply({ file: new PendingFile(file, 'before\n', 'before\n') });
    expect(pair.lvs1.rules()).toHaveLength(3);
    expect(content()).toBe('before\n# theirs\n');
  });

  it('stays as another user wrote it during the run that edits it, which is rolled back', async () => {
    const pair = new SimulatedPair();
    pair.lvs2.kernel.onMutation(() => writeFileSync(file, 'before\n# theirs\n'));
    const error = await errorOf(pair.apply({ file: new PendingFile(file, 'before\n', 'after\n') }));
    expect(error).toMatchObject({ code: 'write-failed', exitStatus: 3 });
    expect(error.message).toContain('changed by another user meanwhile: everything is as it was before');
    expect(error.message).not.toContain('nothing was run');
    expect(pair.lvs1.rules()).toEqual([]);
    expect(content()).toBe('before\n# theirs\n');
    expect(readdirSync(directory)).toEqual(['lvs.yaml']);
  });

  it('is written although no router has anything to do', async () => {
    const pair = new SimulatedPair();
    await pair.apply();
    await pair.apply({ file: new PendingFile(file, 'before\n', 'after\n') });
    expect(content()).toBe('after\n');
  });
});

describe('what a killed run left beside the file', () => {
  const left = (pid: number) => path.join(directory, `.lvs.yaml.${pid}.new`);
  const gone = spawnSync('true').pid;
  const run = (change: PendingFile | null = null) => {
    const keeping = { ...keepingOf('lvs apply', file, 'before\n', 'before\n'), overwrite: false };
    return new SimulatedPair().apply({ file: change, keeping });
  };

  it('is removed by the next run, whether that edits the file or not', async () => {
    writeFileSync(left(gone), 'half');
    writeFileSync(path.join(directory, '.lvs.yaml.old.new'), 'of another program');
    await run();
    expect(readdirSync(directory).sort()).toEqual(['.lvs.yaml.old.new', 'lvs.yaml']);
  });

  it('is in no way of a run that has the process number of that one', async () => {
    writeFileSync(left(process.pid), 'half');
    await run(new PendingFile(file, 'before\n', 'after\n'));
    expect(content()).toBe('after\n');
    expect(readdirSync(directory)).toEqual(['lvs.yaml']);
  });

  it('stays while its process runs', async () => {
    writeFileSync(left(process.ppid), 'under way');
    await run();
    expect(readdirSync(directory)).toHaveLength(2);
  });
});

describe('nothing is run', () => {
  it('where somebody else wrote the file meanwhile', async () => {
    const pair = new SimulatedPair();
    writeFileSync(file, 'theirs\n');
    const error = await errorOf(pair.apply({ file: new PendingFile(file, 'before\n', 'after\n') }));
    expect(error).toMatchObject({ code: 'stale', exitStatus: 4 });
    expect(pair.log).toEqual([]);
    expect(content()).toBe('theirs\n');
  });

  it('where somebody removed it, or made one, meanwhile', async () => {
    const pair = new SimulatedPair();
    expect(await errorOf(pair.apply({ file: new PendingFile(file, null, 'after\n') }))).toMatchObject({
      code: 'stale',
    });
    rmSync(file);
    expect(await errorOf(pair.apply({ file: new PendingFile(file, 'before\n', 'after\n') }))).toMatchObject({
      code: 'stale',
    });
    expect(pair.log).toEqual([]);
  });

  it('where there is no directory to write to', async () => {
    const pair = new SimulatedPair();
    const missing = path.join(directory, 'missing', 'lvs.yaml');
    const error = await errorOf(pair.apply({ file: new PendingFile(missing, null, 'after\n') }));
    expect(error).toMatchObject({ code: 'write-failed', exitStatus: 3, hint: expect.stringContaining('missing') });
    expect(pair.log).toEqual([]);
  });

  it('where there is no permission to write', async () => {
    const pair = new SimulatedPair();
    chmodSync(file, 0o644);
    chmodSync(directory, 0o555);
    const error = await asNobody(() => errorOf(pair.apply({ file: new PendingFile(file, 'before\n', 'after\n') })));
    expect(error).toMatchObject({ code: 'write-failed', exitStatus: 3 });
    expect(error.message).toContain('permission denied');
    expect(pair.log).toEqual([]);
    chmodSync(directory, 0o755);
  });
});

/** The methods that all open files share. */
async function fileHandles(): Promise<{ FileHandle: { sync: () => Promise<void> } }> {
  const handle = await open(file, 'r');
  await handle.close();
  return { FileHandle: Object.getPrototypeOf(handle) };
}

/** Runs as a user who may do nothing here, where we are root. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const user = process.geteuid?.();
  if (user === 0) process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    if (user === 0) process.seteuid?.(0);
  }
}
