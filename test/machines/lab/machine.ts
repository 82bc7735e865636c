import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addresses } from './network.ts';
import { type Ended, type Running, start } from './process.ts';
import { type Hardware, qemuCommand, tellMonitor } from './qemu.ts';
import { sshOptions } from './ssh.ts';

/** How root reaches it. */
export interface Way {
  readonly hub: string;
  readonly key: string;
  readonly knownHosts: string;
}

/** A router, booted. */
export class Machine {
  readonly name: string;
  private pid: number | null = null;
  private isRetired = false;
  /** A session that others share: a login costs an emulated processor seconds. */
  private master: ChildProcess | null = null;

  readonly hardware: Hardware;
  private readonly way: Way;
  private readonly log: string;

  constructor(hardware: Hardware, way: Way, log: string) {
    this.hardware = hardware;
    this.way = way;
    this.log = log;

    this.name = `lvs${hardware.number}`;
  }

  get number(): number {
    return this.hardware.number;
  }

  get isOn(): boolean {
    return this.pid !== null;
  }

  /** @param snapshot by whose name it goes on; null: it boots */
  async powerOn(snapshot: string | null = null): Promise<void> {
    if (this.isRetired) throw new Error(`${this.name} is not to be used any more`);
    rmSync(this.hardware.monitor, { force: true });
    if (snapshot !== null) rmSync(this.hardware.console, { force: true });
    const out = openSync(this.log, 'a');
    const [program = '', ...words] = ['ip', 'netns', 'exec', this.way.hub, ...qemuCommand(this.hardware, snapshot)];
    const child = spawn(program, words, { stdio: ['ignore', out, out] });
    closeSync(out);
    this.pid = child.pid ?? null;
    child.on('close', () => {
      if (this.pid === child.pid) this.pid = null;
    });
  }

  /** What it had not written is lost. */
  async cut(): Promise<void> {
    const { pid } = this;
    if (pid === null) return;
    process.kill(pid, 'SIGKILL');
    while (this.pid === pid) await sleep(5);
    this.hangUp();
  }

  /** Off for good, also if an experiment would go on. */
  async retire(): Promise<void> {
    this.isRetired = true;
    await this.cut();
  }

  suspend(): void {
    if (this.pid !== null) process.kill(this.pid, 'SIGSTOP');
  }

  resume(): void {
    if (this.pid !== null) process.kill(this.pid, 'SIGCONT');
  }

  tell(command: string): Promise<string> {
    return tellMonitor(this.hardware.monitor, command);
  }

  /** Runs a command line as root. */
  start(line: string, input: string | null = null): Running {
    return start([...this.ssh(`ControlPath=${this.socket}`), line], input);
  }

  private ssh(...options: string[]): string[] {
    const { hub, key, knownHosts } = this.way;
    const all = [...sshOptions, `UserKnownHostsFile=${knownHosts}`, ...options];
    const words = ['ssh', '-F', 'none', '-i', key, ...all.flatMap((option) => ['-o', option])];
    return ['ip', 'netns', 'exec', hub, ...words, `root@${addresses.control(this.number)}`];
  }

  private get socket(): string {
    return join(dirname(this.hardware.monitor), 'ssh');
  }

  /** Begins the session that others share: true as soon as it is there. */
  private async share(seconds: number): Promise<boolean> {
    this.hangUp();
    const [program = '', ...words] = this.ssh('ControlMaster=yes', `ControlPath=${this.socket}`, 'SessionType=none');
    const child = spawn(program, words, { stdio: 'ignore' });
    this.master = child;
    let isOver = false;
    child.on('close', () => {
      isOver = true;
    });
    const end = Date.now() + seconds * 1000;
    while (!existsSync(this.socket)) {
      if (isOver || Date.now() > end) return false;
      await sleep(50);
    }
    return true;
  }

  private hangUp(): void {
    this.master?.kill('SIGKILL');
    this.master = null;
    rmSync(this.socket, { force: true });
  }

  run(line: string, { seconds = 120, input = null as string | null } = {}): Promise<Ended> {
    return this.start(line, input).within(seconds * 1000);
  }

  /** The same, and throws unless its status is 0. */
  async output(line: string, options?: { seconds?: number; input?: string | null }): Promise<string> {
    const { status, output } = await this.run(line, options);
    if (status !== 0) throw new Error(`${this.name}: ${line}: status ${status}\n${output.slice(-2000)}`);
    return output;
  }

  async put(path: string, text: string, mode = '644'): Promise<void> {
    await this.output(`cat >'${path}' && chmod ${mode} '${path}' && sync '${path}'`, { input: text });
  }

  async copy(file: string, path: string): Promise<void> {
    const encoded = readFileSync(file).toString('base64');
    await this.output(`base64 -d >'${path}'`, { input: encoded });
  }

  /** Waits for words on its console; false when the time is up. */
  async saysOnConsole(words: string, seconds: number): Promise<boolean> {
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      if (readFileSync(this.hardware.console, 'utf8').includes(words)) return true;
      await sleep(20);
    }
    return false;
  }

  /** Until ssh answers. */
  async answers(seconds = 240): Promise<void> {
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      if (!this.isOn) throw new Error(`${this.name}: QEMU has ended; see ${this.log}`);
      if (existsSync(this.hardware.monitor) && (await this.share(60))) return;
      await sleep(300);
    }
    this.hangUp();
    throw new Error(`${this.name} does not answer within ${seconds} s`);
  }

  /** Until ssh answers and systemd has started everything. */
  async boots(seconds = 400): Promise<void> {
    await this.answers(seconds);
    await this.run('systemctl is-system-running --wait', { seconds });
  }

  async bootId(): Promise<string | null> {
    const { status, output } = await this.run('cat /proc/sys/kernel/random/boot_id', { seconds: 10 });
    return status === 0 ? output : null;
  }

  /** Until it has booted once more by itself. */
  async bootsAgain(before: string | null, seconds = 240): Promise<void> {
    const end = Date.now() + seconds * 1000;
    this.hangUp();
    while (Date.now() < end) {
      const now = await this.bootId();
      if (now !== null && now !== before) return this.boots();
      await sleep(500);
    }
    throw new Error(`${this.name} has not booted again within ${seconds} s`);
  }
}
