import { schedulers } from '../../src/model/schedulers.ts';
import type { HeldAddress, RouterState } from '../../src/model/state.ts';
import type { Route } from '../../src/plan/own-addresses.ts';
import { arping } from './arping.ts';
import { DeviceTable } from './device-table.ts';
import { type Execution, refused } from './execution.ts';
import { type Fault, Faults, refusalOf } from './faults.ts';
import { fileProgram, SimulatedFiles } from './files.ts';
import { grep } from './grep.ts';
import { ip } from './ip.ts';
import { IpvsTable } from './ipvs-table.ts';
import { ipvsadm } from './ipvsadm.ts';
import { modelOf } from './model.ts';
import type { Router } from './router.ts';
import { Sysctls, sysctl } from './sysctl.ts';
import { xargs } from './xargs.ts';

export interface SimulationOptions {
  /** Names; `lo` is there anyway. Default: eth0 and eth1, both up. */
  readonly devices?: readonly string[];
  readonly addresses?: readonly Omit<HeldAddress, 'secondary'>[];
  /** Schedulers whose modules exist. Default: all that the kernel has. */
  readonly schedulers?: readonly string[];
  readonly persistenceEngines?: readonly string[];
  /** sysctl names to values. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A single change that succeeded, or seemed to (see Fault). */
export interface Mutation {
  /** `['ipvsadm', '-a', '-t', …]`, one line of a batch. */
  readonly command: readonly string[];
}

const gone = refused(255, 'client_loop: send disconnect: Broken pipe');

class RouterDied extends Error {}

/**
 * The kernel of one router, with ipvsadm, ip, sysctl and arping, and as much of xargs, grep and flock as lvs uses, as they behave on Debian 12 with Linux 6.1. It sends no
 * packets: counters stay 0 and there are no connections.
 */
export class SimulatedKernel {
  readonly #router: Router;
  readonly #faults = new Faults();
  readonly #observers: ((mutation: Mutation) => void)[] = [];
  readonly #log: Mutation[] = [];
  readonly #routes: Route[] = [];
  #alive = true;

  constructor(options: SimulationOptions = {}) {
    const names = ['lo', ...(options.devices ?? ['eth0', 'eth1'])];
    const sysctls = new Sysctls(names, options.settings ?? {});
    const devices = new DeviceTable(
      names.map((name, index) => ({
        name,
        up: true,
        carrier: true,
        mac: `${index === 0 ? '00' : '02'}:00:00:00:00:${String(index).padStart(2, '0')}`,
      })),
      (device) => ['all', device].some((scope) => sysctls.read(`net.ipv4.conf.${scope}.promote_secondaries`) === '1'),
    );
    for (const held of options.addresses ?? []) devices.add(held);
    const engines = options.persistenceEngines ?? ['sip'];
    this.#router = {
      ipvs: new IpvsTable(options.schedulers ?? Object.keys(schedulers), engines),
      devices,
      sysctls,
      timeouts: { tcp: 900, tcpFin: 120, udp: 300 },
      daemons: [],
      files: new SimulatedFiles(),
      routes: this.#routes,
      announcements: [],
      neighbours: new Set(),
      attempt: (command, change) => this.#attempt(command, change),
    };
  }

  /**
   * Runs a program to its end. A leading `sudo -n` is passed over; an unknown program ends with 127; once the router died,
   * everything ends as a broken ssh connection does.
   * @param argv the program and its arguments
   */
  execute(argv: readonly string[], stdin = ''): Execution {
    if (!this.#alive) return gone;
    const [program = '', ...words] = argv[0] === 'sudo' && argv[1] === '-n' ? argv.slice(2) : argv;
    try {
      return this.#run(program, words, stdin);
    } catch (error) {
      if (error instanceof RouterDied) return gone;
      throw error;
    }
  }

  /** What the kernel holds now, straight from its tables. */
  state(): RouterState {
    return modelOf(this.#router);
  }

  /** Calls back after every single change, also within a batch; `state()` tells what it led to. */
  onMutation(observer: (mutation: Mutation) => void): void {
    this.#observers.push(observer);
  }

  /** The routes of the router; tests add to them. */
  get routes(): Route[] {
    return this.#routes;
  }

  /** The files that were put on the router. */
  get files(): SimulatedFiles {
    return this.#router.files;
  }

  /** Every change so far, as a line each: `ipvsadm -A -t 1.2.3.1:80 -s rr`. */
  log(): string[] {
    return this.#log.map(({ command }) => command.join(' '));
  }

  /** Addresses that were announced by gratuitous ARP. */
  announcements(): Router['announcements'] {
    return [...this.#router.announcements];
  }

  /** Orders a fault, until `repair`. */
  fail(fault: Fault): void {
    this.#faults.add(fault);
  }

  /** Takes all faults back. */
  repair(): void {
    this.#faults.clear();
  }

  /** Lets a router that died be reached again. It did not reboot: it has kept all that it held. */
  revive(): void {
    this.#alive = true;
  }

  /** Switches a device off or on; its cable may be out all the same. */
  setDevice(name: string, up: boolean, carrier = up): void {
    const device = this.#router.devices.device(name);
    if (device) Object.assign(device, { up, carrier });
  }

  /** Lets the kernel make no use of an address that a device has, as where another machine had it when it came. */
  spoil(device: string, address: string, because: 'dadfailed' | 'tentative' = 'dadfailed'): void {
    this.#router.devices.unusable.set(`${device} ${address}`, because);
  }

  /** Lets another machine answer for an address, as `arping -D` finds out. */
  addNeighbour(address: string): void {
    this.#router.neighbours.add(address);
  }

  #run(program: string, words: readonly string[], stdin: string): Execution {
    switch (program.replace(/^.*\//, '')) {
      case 'ipvsadm':
        return ipvsadm(this.#router, words, stdin);
      case 'ip':
        return ip(this.#router, words, stdin);
      case 'sysctl':
        return sysctl(this.#router, words);
      case 'arping':
        return arping(this.#router, words);
      case 'sha256sum':
      case 'cat':
      case 'rm':
      case 'flock':
      case 'ln':
      case 'sh':
        return fileProgram(this.#router, [program, ...words], stdin);
      case 'xargs':
        return xargs(words, stdin, (argv) => this.execute(argv));
      case 'grep':
        return grep(this.#router, words);
      default:
        return refused(127, `${program}: command not found`);
    }
  }

  #attempt(command: readonly string[], change: () => Execution): Execution {
    const fault = this.#faults.striking(command.join(' '));
    if (fault?.effect === 'die') {
      this.#alive = false;
      throw new RouterDied();
    }
    if (fault?.effect === 'refuse') return refusalOf(fault);
    const execution = fault?.effect === 'ignore' ? { status: 0, stdout: '', stderr: '' } : change();
    if (execution.status === 0 || command[0] === 'arping') {
      this.#log.push({ command });
      for (const observer of this.#observers) observer({ command });
    }
    return execution;
  }
}
