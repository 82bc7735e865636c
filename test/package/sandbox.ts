import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** A folder with the built program under its two names, as npm links it, and room for stand-ins for LVM's programs. */
export class Sandbox {
  readonly folder = mkdtempSync(join(tmpdir(), 'lvs-package-'));
  /** What the stand-ins write their arguments to. */
  readonly record = join(this.folder, 'record');
  readonly environment: NodeJS.ProcessEnv;

  constructor() {
    for (const name of ['bin', 'lvm']) mkdirSync(join(this.folder, name));
    for (const name of ['lvs', 'lvsadm']) symlinkSync(join(checkout, 'bin/run.js'), join(this.folder, 'bin', name));
    const path = [join(this.folder, 'bin'), join(this.folder, 'lvm'), dirname(process.execPath), '/usr/bin', '/bin'];
    this.environment = { PATH: path.join(':'), RECORD: this.record, NO_COLOR: '1', HOME: this.folder };
  }

  /** A shell script in the place of LVM's program of that name. */
  standIn(name: 'lvs' | 'vgs', script: string): void {
    writeFileSync(join(this.folder, 'lvm', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** @param words the first is `lvs` or `lvsadm`. */
  run(words: readonly string[], options: { input?: string; stdout?: number; environment?: NodeJS.ProcessEnv } = {}) {
    const [name = '', ...rest] = words;
    return spawnSync(join(this.folder, 'bin', name), rest, {
      encoding: 'utf8',
      cwd: this.folder,
      env: { ...this.environment, ...options.environment },
      stdio: ['pipe', options.stdout ?? 'pipe', 'pipe'],
      input: options.input ?? '',
    });
  }

  start(words: readonly string[]) {
    const [name = '', ...rest] = words;
    return spawn(join(this.folder, 'bin', name), rest, this.options);
  }

  /** As a user at a terminal; what they see comes from stdout. @param line what they type, without anything to quote. */
  startOnTerminal(line: string) {
    const words = ['--quiet', '--return', '--command', line, '/dev/null'];
    return spawn('script', words, this.options);
  }

  /** With an end to it, so that a test that fails leaves nothing running. */
  private get options() {
    return { cwd: this.folder, env: this.environment, timeout: 420_000 };
  }

  /** For programs beside it that call it. */
  get usual() {
    return { ...this.options, encoding: 'utf8' } as const;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
