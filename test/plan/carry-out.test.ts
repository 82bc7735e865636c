import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { carryOut } from '../../src/plan/rollback/carry-out.ts';

it('reports what a step said in one line without control characters: it goes to the system log', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'lvs-steps-'));
  try {
    const words = ['sh', '-c', "printf 'no\\033]0;x\\007\\r\\n such\\tdevice' >&2; exit 1"];
    writeFileSync(path.join(directory, 'steps'), `run enable ${words.length} 0\n${words.join('\n')}\n`);
    spawnSync('sh', ['-c', `${carryOut} carry_out steps`], { cwd: directory });
    expect(readFileSync(path.join(directory, 'report'), 'utf8').trimEnd()).toBe('sh: no ]0;x    such device');
  } finally {
    rmSync(directory, { recursive: true });
  }
});
