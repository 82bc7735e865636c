import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterDirectory } from '../../src/rehearsal/cluster/cluster-directory.ts';
import type { Host } from '../../src/rehearsal/cluster/host.ts';
import { identityIn, makeIdentity } from '../../src/rehearsal/cluster/identity.ts';
import { type MachinePlace, machineHolder } from '../../src/rehearsal/cluster/machine.ts';
import { buildNetworks, portsOf } from '../../src/rehearsal/cluster/network.ts';
import { run, runWell } from '../../src/rehearsal/cluster/process.ts';
import { type Programs, writeRouterPrograms } from '../../src/rehearsal/cluster/programs.ts';
import { RehearsalCluster } from '../../src/rehearsal/cluster/rehearsal-cluster.ts';
import { startStandIn } from '../../src/rehearsal/cluster/stand-ins.ts';
import type { RouterHost, Topology } from '../../src/rehearsal/topology/topology.ts';
import { type Declared, fileOf } from './declared.ts';
import { IpvsStandIn } from './ipvs-stand-in.ts';
import { settingsScript, writeWrappers } from './programs.ts';

export const routerNames = ['lvs1', 'lvs2'] as const;
/** The machine of the administrator, and that of another one. */
export const desk = 'desk';
export const laptop = 'laptop';

export interface WorldPlan {
  /** The figure's. */
  readonly topology: Topology;
  readonly programs: Programs;
  /** Whether the kernel has IPVS. */
  readonly hasIpvs: boolean;
}

/** Two more machines with ssh's keys, on both networks. */
function withDesks(topology: Topology): Topology {
  const machine = (name: string, number: number): RouterHost => ({
    name,
    interfaces: topology.networks.map(({ name: network, purpose }) => {
      const address = purpose === 'private' ? `192.168.1.${number}/24` : `1.2.3.${number}/24`;
      return { device: purpose === 'private' ? 'eth1' : 'eth0', network, addresses: [address] };
    }),
    routes: [],
    ssh: [destination(`192.168.1.${number}`)],
  });
  const routers = topology.routers.map((router) => ({
    ...router,
    ssh: router.interfaces.flatMap(({ addresses }) => addresses.map((each) => destination(each.replace(/\/.*/, '')))),
  }));
  return { ...topology, routers: [...routers, machine(desk, 201), machine(laptop, 202)] };
}

function destination(address: string): RouterHost['ssh'][number] {
  return { user: 'root', host: address, address, port: 22 };
}

/** The figure's pair, with two machines from which lvs runs, out of namespaces. */
export class World {
  readonly cluster: RehearsalCluster;
  readonly #plan: WorldPlan;
  readonly #ipvs: ReadonlyMap<string, IpvsStandIn>;

  private constructor(plan: WorldPlan, ipvs: ReadonlyMap<string, IpvsStandIn>) {
    const identity = identityIn(join(clusterDirectory, 'keys'));
    this.cluster = new RehearsalCluster(plan.topology, plan.programs, { identity, placeOf });
    this.#plan = plan;
    this.#ipvs = ipvs;
  }

  static async build(figure: WorldPlan, declared: Declared): Promise<World> {
    const plan = { ...figure, topology: withDesks(figure.topology) };
    const { topology, programs, hasIpvs } = plan;
    await mkdir(clusterDirectory, { recursive: true });
    await Promise.all([
      makeIdentity(identityIn(join(clusterDirectory, 'keys')), topology.routers),
      writeRouterPrograms(join(clusterDirectory, 'programs'), programs),
      ...routerNames.map((name) => writeWrappers(name, join(clusterDirectory, 'wrappers', name), !hasIpvs)),
      ...topology.routers.map(({ name }) => makeDisk(name)),
      buildNetworks(topology),
    ]);
    const ipvs = hasIpvs ? [] : routerNames.map((name) => [name, new IpvsStandIn(name)] as const);
    for (const [, standIn] of ipvs) await standIn.listen();
    const world = new World(plan, new Map(ipvs));
    await Promise.all([
      ...topology.realServers.map((host) => startStandIn(world.host(host.name), host, programs)),
      ...topology.routers.map(({ name }) => world.cluster.installRouter(name, null)),
    ]);
    await world.#settle(declared);
    return world;
  }

  /** Has routers say that systemd runs there; systemctl and systemd-run are stand-ins. */
  async bootSystemd(): Promise<void> {
    for (const router of routerNames)
      await runWell(await this.host(router).argvThere(['mkdir', '-p', '/run/systemd/system']));
  }

  /** As it was when it was built. */
  async reset(declared: Declared): Promise<void> {
    for (const standIn of this.#ipvs.values()) standIn.reset();
    await this.cluster.reset(null);
    await this.#settle(declared);
  }

  host(name: string): Host {
    return this.cluster.host(name);
  }

  /** IPVS rules of a router, as `ipvsadm -Sn` has them, in order. */
  async rules(router: string): Promise<string[]> {
    const standIn = this.#ipvs.get(router);
    const text = standIn?.rules() ?? (await this.host(router).run(['/sbin/ipvsadm', '-Sn'])).stdout;
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
      .sort();
  }

  /** Another user's ipvsadm. */
  async ipvsadm(router: string, words: readonly string[]): Promise<void> {
    const standIn = this.#ipvs.get(router);
    if (standIn === undefined) await this.host(router).run(['/sbin/ipvsadm', ...words]);
    else standIn.execute(words);
  }

  /** nsenter(1), which runs our commands on a machine, stops itself when its command is stopped, and nothing continues it. */
  async resume(machine: string): Promise<void> {
    const holder = await machineHolder(placeOf(machine));
    await run(['pkill', '-CONT', '-f', `^nsenter --target=${holder} `]);
  }

  /** The path under which a file of a machine is found from outside. */
  async pathOf(machine: string, file: string): Promise<string> {
    return `/proc/${await machineHolder(placeOf(machine))}/root${file}`;
  }

  async read(machine: string, file: string): Promise<string | null> {
    return readFile(await this.pathOf(machine, file), 'utf8').catch(() => null);
  }

  async write(machine: string, file: string, content: string): Promise<void> {
    const path = await this.pathOf(machine, file);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, content);
  }

  /** Gives every machine that lvs may run from the same lvs.yaml. */
  async declare(declared: Declared, machines: readonly string[] = [desk, laptop]): Promise<void> {
    for (const machine of machines) await this.write(machine, '/etc/lvs/lvs.yaml', fileOf(declared));
  }

  /** The ports of routers in a network's bridge. */
  portsIn(network: 'public' | 'private'): string[] {
    const device = network === 'public' ? 'eth0' : 'eth1';
    return portsOf(this.#plan.topology)
      .filter((port) => routerNames.some((name) => name === port.host) && port.device === device)
      .map(({ name }) => name);
  }

  /** Of the machines' disks: what fills it up. */
  fillerOf(machine: string): string {
    return join(diskOf(machine), 'full');
  }

  async #settle(declared: Declared): Promise<void> {
    if (!this.#plan.hasIpvs) {
      for (const name of routerNames) {
        await runWell(await this.host(name).argvThere(['sh', '-c', await settingsScript(name)]));
      }
    }
    await this.declare(declared);
  }
}

function placeOf(name: string): MachinePlace {
  const programs = join(clusterDirectory, 'programs');
  const isRouter = routerNames.some((router) => router === name);
  // Layers of an overlay, the first above the others.
  const layers = isRouter ? `${join(clusterDirectory, 'wrappers', name)}:${programs}` : programs;
  return { name, disk: join(diskOf(name), 'disk'), programs: layers };
}

function diskOf(machine: string): string {
  return join(clusterDirectory, 'disks', machine);
}

/** A file system of its own, so that it can be full. */
async function makeDisk(machine: string): Promise<void> {
  await mkdir(diskOf(machine), { recursive: true });
  await runWell(['mount', '-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', diskOf(machine)]);
}
