import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Root has what it needs. */
const isRoot = process.getuid?.() === 0;
const apart = ['unshare', ...(isRoot ? [] : ['--map-root-user'])];

/** Two machines with a cable between their eth0, in network namespaces of their own, as root there and without a trace here. */
export class TwoMachines {
  private readonly holders: ChildProcessWithoutNullStreams[] = [];
  readonly a: Machine;
  readonly b: Machine;

  private constructor(holders: ChildProcessWithoutNullStreams[], pids: readonly number[]) {
    this.holders = holders;
    this.a = new Machine(pids[0] ?? 0);
    this.b = new Machine(pids[1] ?? 0);
  }

  static async start(): Promise<TwoMachines> {
    const first = await hold([...apart, '--net']);
    const second = await hold([...enter(first.pid), 'unshare', '--net']);
    const both = new TwoMachines([first.holder, second.holder], [first.pid, second.pid]);
    both.a.run(`ip link add eth0 type veth peer name eth0 netns ${second.pid}`);
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
