import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Root has what it needs. */
const isRoot = process.getuid?.() === 0;
const apart = ['unshare', ...(isRoot ? [] : ['--map-root-user'])];

/** Two machines whose eth0 a third one connects, the device br0 of which is in their network; in network namespaces of their own, as root there and without a trace here. */
export class TwoMachines {
  private readonly holders: ChildProcessWithoutNullStreams[] = [];
  readonly a: Machine;
  readonly b: Machine;
  /** Neither of the two, but heard by both. */
  readonly stranger: Machine;

  private constructor(holders: ChildProcessWithoutNullStreams[], pids: readonly number[]) {
    this.holders = holders;
    this.a = new Machine(pids[0] ?? 0);
    this.b = new Machine(pids[1] ?? 0);
    this.stranger = new Machine(pids[2] ?? 0);
  }

  static async start(): Promise<TwoMachines> {
    const first = await hold([...apart, '--net']);
    const second = await hold([...enter(first.pid), 'unshare', '--net']);
    const third = await hold([...enter(first.pid), 'unshare', '--net']);
    const all = [first, second, third];
    const both = new TwoMachines(
      all.map(({ holder }) => holder),
      all.map(({ pid }) => pid),
    );
    both.stranger.run('ip link add name br0 type bridge; ip link set br0 up');
    for (const { pid } of [first, second]) {
      both.stranger.run(`ip link add port${pid} type veth peer name eth0 netns ${pid}`);
      both.stranger.run(`ip link set port${pid} master br0 up`);
    }
    for (const [index, machine] of [both.a, both.b].entries()) {
      machine.run(`ip link set lo up; ip addr add 192.0.2.1${index}/24 dev eth0; ip link set eth0 up`);
    }
    return both;
  }

  stop(): void {
    for (const holder of this.holders) holder.kill('SIGKILL');
  }
}

export class Machine {
  private readonly pid: number;

  constructor(pid: number) {
    this.pid = pid;
  }

  run(script: string): string {
    const [program = '', ...words] = [...enter(this.pid), 'sh', '-c', script];
    const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${script}: ${stderr}`);
    return stdout;
  }

  /** Runs a command to its end, in a directory; where `path` is given, with that before all other programs. */
  async start([...argv]: readonly string[], cwd: string, path: string): Promise<number | null> {
    const [program = '', ...words] = [...enter(this.pid), ...argv];
    const env = { ...process.env, PATH: `${path}:${process.env.PATH}` };
    const [status] = await once(spawn(program, words, { cwd, env, stdio: 'ignore' }), 'close');
    return status;
  }

  mac(device: string): string {
    const [link] = JSON.parse(this.run(`ip -j link show ${device}`));
    return link.address;
  }

  has(address: string): boolean {
    return this.run(`ip -o addr show to ${address}`) !== '';
  }
}

function enter(pid: number): string[] {
  return ['nsenter', '-t', String(pid), '--net', ...(isRoot ? [] : ['--user', '--preserve-credentials'])];
}

async function hold(prefix: readonly string[]) {
  const [program = '', ...words] = [...prefix, 'sh', '-c', 'echo $$; exec cat'];
  const holder = spawn(program, words);
  const [pid] = await once(holder.stdout, 'data');
  return { holder, pid: Number(pid) };
}

/** Whether this machine lets us, and has what routers have. */
export const canHaveMachines =
  spawnSync(apart[0] ?? '', [...apart.slice(1), '--net', 'ip', 'link', 'add', 'x', 'type', 'veth', 'peer', 'name', 'y'])
    .status === 0 && String(spawnSync('arping', ['-V']).stdout).includes('iputils');
