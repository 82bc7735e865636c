import { spawn } from 'node:child_process';
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
  beforeEach(() => {
    session = sessionOf(shell);
    directory = mkdtempSync(path.join(tmpdir(), 'lvs-monitor-'));
    place = path.join(directory, 'it is "here".json');
  });
  afterEach(async () => {
    await session.close();
    rmSync(directory, { recursive: true });
  });

  it('is nothing where there is no file, and none is made', async () => {
    expect(await readMonitor(session, place)).toEqual({ state: 'none', decisions: null, fault: null, text: null });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is what stands in the file of one that has ended', async () => {
    const text = renderDecisions(decisions);
    writeFileSync(place, text);
    expect(await readMonitor(session, place)).toEqual({ state: 'stale', decisions, fault: null, text });
  });

  it('is that of one that lives as long as it holds the lock', async () => {
    writeFileSync(place, renderDecisions(decisions));
    const monitor = spawn('flock', ['-x', place, 'sh', '-c', 'echo; read -r end'], { stdio: 'pipe' });
    await once(monitor.stdout, 'data');
    expect(await readMonitor(session, place)).toMatchObject({ state: 'running', decisions, fault: null });
    monitor.stdin.end();
    await once(monitor, 'close');
    expect(await readMonitor(session, place)).toMatchObject({ state: 'stale', decisions });
  });

  it('is nothing yet where the file is empty, and nothing where it cannot be understood, with the reason', async () => {
    writeFileSync(place, '');
    expect(await readMonitor(session, place)).toEqual({ state: 'none', decisions: null, fault: null, text: '' });
    writeFileSync(place, '{"version":2}');
    expect(await readMonitor(session, place)).toMatchObject({
      state: 'stale',
      decisions: null,
      fault: expect.stringContaining('version'),
    });
  });

  it('is nothing where it cannot be read, with the reason', async () => {
    expect(await readMonitor(session, directory)).toMatchObject({
      state: 'none',
      decisions: null,
      fault: expect.stringMatching(/directory/i),
      text: null,
    });
  });
});
