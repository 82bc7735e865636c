import type { Topology } from '../topology/topology.ts';
import { startClient, type TrafficClient } from '../traffic/client.ts';
import { writeDisk } from './disk.ts';
import { type Host, machineHost, networkHost } from './host.ts';
import type { Identity } from './identity.ts';
import { killMachine, type MachinePlace, machineHolder, startMachine } from './machine.ts';
import { destroyHost, forgetNeighbours, type Port, plugIn, portsOf, rebuildHost, unplug } from './network.ts';
import type { Programs } from './programs.ts';

/** Where the cluster keeps what its routers have of their own. */
export interface ClusterStore {
  readonly identity: Identity;
  placeOf(router: string): MachinePlace;
}

/** A cluster that is up: its hosts, and what can befall them. */
export class RehearsalCluster {
  readonly topology: Topology;
  /** In order of preference. */
  readonly routers: readonly Host[];
  readonly client: Host;
  readonly realServers: readonly Host[];
  readonly #programs: Programs;
  readonly #store: ClusterStore;

  constructor(topology: Topology, programs: Programs, store: ClusterStore) {
    this.topology = topology;
    this.#programs = programs;
    this.#store = store;
    this.routers = topology.routers.map(({ name }) => machineHost(name, () => machineHolder(store.placeOf(name))));
    this.client = networkHost(topology.client.name);
    this.realServers = topology.realServers.map(({ name }) => networkHost(name));
  }

  /** Throws a RangeError where there is no such host. */
  host(name: string): Host {
    const host = [this.client, ...this.routers, ...this.realServers].find((candidate) => candidate.name === name);
    if (host === undefined) throw new RangeError(`there is no host "${name}"`);
    return host;
  }

  /** Starts the client's traffic agent; it serves until it is closed. */
  startClient(): Promise<TrafficClient> {
    return startClient(this.client, this.#programs);
  }

  /** Gives a router that is off a new disk, and starts it; its network must be there. */
  async installRouter(name: string, configFile: string | null): Promise<void> {
    const place = this.#store.placeOf(name);
    await writeDisk(place.disk, this.#router(name), this.topology.routers, this.#store.identity, configFile);
    await startMachine(place);
  }

  /**
   * Makes everything as it was when the cluster was built: whole networks, and routers with new disks whose kernels know
   * nothing. The real servers' stand-ins go on.
   * @param configFile text of the routers' /etc/lvs/lvs.yaml; null: they have none
   */
  async reset(configFile: string | null): Promise<void> {
    await Promise.all(
      this.topology.routers.map(async (router) => {
        const isOn = await machineHolder(this.#store.placeOf(router.name)).then(
          () => true,
          () => false,
        );
        if (isOn) await this.killRouter(router.name);
        await rebuildHost(this.topology, router);
        await this.installRouter(router.name, configFile);
      }),
    );
    await plugIn(portsOf(this.topology));
    await forgetNeighbours([this.topology.client, ...this.topology.realServers]);
  }

  /** A power cut: its processes, its kernel's tables and its addresses are gone; its disk remains. */
  async killRouter(name: string): Promise<void> {
    const router = this.#router(name);
    await Promise.all([destroyHost(this.topology, router), killMachine(this.#store.placeOf(name))]);
  }

  /** Switches a router on again that was killed; returns when its sshd listens. */
  async restartRouter(name: string): Promise<void> {
    await rebuildHost(this.topology, this.#router(name));
    await startMachine(this.#store.placeOf(name));
  }

  /** Takes a host's cable out of the switch, without the host noticing. */
  async cutNetwork(host: string, device: string): Promise<void> {
    await unplug(this.#port(host, device));
  }

  async mendNetwork(host: string, device: string): Promise<void> {
    await plugIn([this.#port(host, device)]);
  }

  /** Ends a router's sshd, with every session that it has. */
  async stopSshd(router: string): Promise<void> {
    await this.host(router).run(['pkill', '-KILL', '-x', 'sshd']);
  }

  async startSshd(router: string): Promise<void> {
    await this.host(router).run(['/usr/sbin/sshd']);
  }

  #router(name: string): Topology['routers'][number] {
    const router = this.topology.routers.find((candidate) => candidate.name === name);
    if (router === undefined) throw new RangeError(`there is no router "${name}"`);
    return router;
  }

  #port(host: string, device: string): Port {
    const port = portsOf(this.topology).find((candidate) => candidate.host === host && candidate.device === device);
    if (port === undefined) throw new RangeError(`there is no device "${device}" on "${host}"`);
    return port;
  }
}
