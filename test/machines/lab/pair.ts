import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Images, type Suite, suites } from './images.ts';
import { Machine } from './machine.ts';
import { knownHosts, makeHostKey, seededInitrd } from './machine-files.ts';
import { addresses, makeNetwork, type Network } from './network.ts';
import { type Running, start, succeed } from './process.ts';
import { TrafficRun } from './traffic.ts';

export interface Programs {
  readonly realServer: string;
  readonly trafficClient: string;
}

/** Two machines, a client and two real servers. */
export class Pair {
  private readonly reals = new Map<number, Running>();

  readonly state: string;
  readonly machines: readonly [Machine, Machine];
  readonly network: Network;
  private readonly programs: Programs;

  private constructor(state: string, machines: readonly [Machine, Machine], network: Network, programs: Programs) {
    this.state = state;
    this.machines = machines;
    this.network = network;
    this.programs = programs;
  }

  static async make(name: string, state: string, images: Images, programs: Programs): Promise<Pair> {
    mkdirSync(state, { recursive: true });
    const network = await makeNetwork(name);
    const folders = suites.map((_, index) => join(state, `lvs${index + 1}`));
    for (const [index, folder] of folders.entries()) {
      mkdirSync(folder, { recursive: true });
      if (!existsSync(join(folder, `host-key-${index + 1}`))) await makeHostKey(folder, index + 1);
    }
    const hosts = join(state, 'known_hosts');
    writeFileSync(hosts, knownHosts(state));
    const way = { hub: network.hub, key: images.key, knownHosts: hosts };
    const machines: Machine[] = [];
    for (const [index, suite] of suites.entries()) {
      const folder = folders[index] ?? '';
      const hardware = await assemble(images, suite, index + 1, folder);
      machines.push(new Machine(hardware, way, join(folder, 'qemu.log')));
    }
    const [one, two] = machines;
    if (one === undefined || two === undefined) throw new Error('a pair is two machines');
    const pair = new Pair(state, [one, two], network, programs);
    pair.realsUp();
    return pair;
  }

  /** Another pair with the disks of this one, snapshots included, which is off. */
  async twin(name: string, state: string, images: Images): Promise<Pair> {
    for (const { hardware } of this.machines) {
      const folder = join(state, `lvs${hardware.number}`);
      mkdirSync(folder, { recursive: true });
      for (const file of ['disk.qcow2', `host-key-${hardware.number}`, `host-key-${hardware.number}.pub`])
        await copyFile(join(this.state, `lvs${hardware.number}`, file), join(folder, file));
    }
    return Pair.make(name, state, images, this.programs);
  }

  machine(number: number): Machine {
    return this.machines[number === 1 ? 0 : 1];
  }

  other(machine: Machine): Machine {
    return this.machine(3 - machine.number);
  }

  both<T>(action: (machine: Machine) => Promise<T>): Promise<[T, T]> {
    return Promise.all([action(this.machines[0]), action(this.machines[1])]);
  }

  async save(snapshot: string): Promise<void> {
    await this.both((machine) => machine.output('sync'));
    await this.both((machine) => machine.tell(`savevm ${snapshot}`));
  }

  /** Both as they were when the snapshot was saved, but for their clocks. */
  async restore(snapshot: string): Promise<void> {
    this.realsUp();
    await this.both(async (machine) => {
      await machine.cut();
      await machine.powerOn(snapshot);
    });
    await this.both(async (machine) => {
      await machine.answers(240);
      await machine.output(`date -s @${Math.round(Date.now() / 1000)}`);
    });
  }

  traffic({ rate = 10, streams = 5 } = {}): TrafficRun {
    return new TrafficRun(this.network.client, this.programs.trafficClient, addresses.vip, rate, streams);
  }

  realsUp(): void {
    for (const [index, namespace] of this.network.reals.entries()) {
      if (this.reals.get(index)?.hasEnded === false) continue;
      const words = [process.execPath, this.programs.realServer, `real${index + 1}`];
      this.reals.set(index, start(['ip', 'netns', 'exec', namespace, ...words]));
    }
  }

  async realDown(index: number): Promise<void> {
    this.reals.get(index)?.kill();
    await this.reals.get(index)?.ended;
  }

  async remove(): Promise<void> {
    await this.both((machine) => machine.retire());
    for (const index of this.reals.keys()) await this.realDown(index);
    await this.network.remove();
  }
}

async function assemble(images: Images, suite: Suite, number: number, folder: string) {
  const disk = join(folder, 'disk.qcow2');
  const base = join(images.folder, `${suite}.raw`);
  if (!existsSync(disk)) await succeed(['qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', base, disk]);
  const initrd = await seededInitrd(images, suite, number, folder);
  const [log, monitor] = [join(folder, 'console'), join(folder, 'monitor')];
  return { number, suite, images: images.folder, initrd, disk, console: log, monitor };
}
