import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readMonitor } from '../../src/router/monitor.ts';
import type { Session } from '../../src/router/session.ts';
import { renderDecisions } from '../../src/weights/decisions-file.ts';
import { sessionOf, shells } from './support/shells.ts';

const decisions = { pid: 42, updated: '2026-01-02T03:04:05.678Z', virtualServers: new Map() };

describe.each(shells)('what a monitor decided, read by %s %s', (...shell) => {
  let session: Session;
  let directory: string;
  let place: string;
  let lock: string;
  const read = () => readMonitor(session, { decisions: place, lock });
  beforeEach(() => {
    session = sessionOf(shell);
    directory = mkdtempSync(path.join(tmpdir(), 'lvs-monitor-'));
    place = path.join(directory, 'it is "here".json');
    lock = path.join(directory, 'its lock');
  });
  afterEach(async () => {
    await session.close();
    rmSync(directory, { recursive: true });
  });

  it('is nothing where there is no file, and none is made', async () => {
    expect(await read()).toEqual({ state: 'none', decisions: null, fault: null, text: null });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is what stands in the file of one that has ended', async () => {
    const text = renderDecisions(decisions);
    writeFileSync(place, text);
    expect(await read()).toEqual({ state: 'stale', decisions, fault: null, text });
  });

  it('is that of one that lives as long as it holds the lock, whoever locks its file', async () => {
    writeFileSync(place, renderDecisions(decisions));
    const monitor = spawn('flock', ['-x', lock, 'sh', '-c', 'echo; read -r end'], { stdio: 'pipe' });
    await once(monitor.stdout, 'data');
    expect(await read()).toMatchObject({ state: 'running', decisions, fault: null });
    rmSync(place);
    expect(await read()).toMatchObject({ state: 'running', decisions: null, fault: 'there is no such file' });
    monitor.stdin.end();
    await once(monitor, 'close');
    writeFileSync(place, renderDecisions(decisions));
    const other = spawn('flock', ['-x', place, 'sh', '-c', 'echo; read -r end'], { stdio: 'pipe' });
    await once(other.stdout, 'data');
    expect(await read()).toMatchObject({ state: 'stale', decisions });
    other.stdin.end();
    await once(other, 'close');
  });

  it.each([
    ['empty', ''],
    ['cut', renderDecisions(decisions).slice(0, 30)],
    ['cut before its last brace', renderDecisions(decisions).slice(0, -2)],
    ['of another version', '{"version":2}'],
  ])('is a fault if the file is %s', async (_, text) => {
    writeFileSync(place, text);
    expect(await read()).toEqual({ state: 'stale', decisions: null, fault: expect.stringMatching(/./), text });
  });

  it.each([
    ['a FIFO', 'mkfifo "$1"'],
    ['a directory', 'mkdir "$1"'],
    ['a device', 'mknod "$1" c 1 5'],
    ['a link to a file', 'echo "{}" >"$1.other"; ln -s "$1.other" "$1"'],
    ['a link to nothing', 'ln -s nothing "$1"'],
    ["another user's", 'echo "{}" >"$1"; chown 65534 "$1"'],
  ])('is a fault if %s stands in the place of the file or its lock', async (_, script) => {
    for (const spoilt of [place, lock]) {
      const { status } = spawnSync('sh', ['-c', script, 'sh', spoilt]);
      // Only root can make some of them.
      if (status !== 0) continue;
      expect(await read()).toEqual({
        state: 'none',
        decisions: null,
        fault: `${spoilt} is not a regular file of root`,
        text: null,
      });
      rmSync(spoilt, { recursive: true });
    }
  });
});
