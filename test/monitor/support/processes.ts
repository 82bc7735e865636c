import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A path in a directory that is there for the length of the test. */
export function scratchFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'lvs-monitor-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, 'file');
}

/** The lines of a file; none where it is not there. */
export function linesOf(file: string): string[] {
  const text = textOf(file).trimEnd();
  return text === '' ? [] : text.split('\n');
}

/** Whether a process is there that is no zombie. */
export function lives(pid: string | undefined): boolean {
  const state = textOf(`/proc/${pid}/status`).match(/^State:\s+(.)/m)?.[1];
  return state !== undefined && state !== 'Z';
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
