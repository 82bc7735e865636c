import type { Facts, Holder } from '../../../src/router/runner.ts';
import { SimulatedKernel, type SimulationOptions } from '../../simulated/kernel.ts';
import type { SimulatedRunner } from './simulated-runner.ts';

/** A router with everything that a session to it finds; tests change it as they need. */
export class SimulatedRouter {
  readonly name: string;
  readonly kernel: SimulatedKernel;
  reachable = true;
  facts: Facts = { sessionAddress: null, missing: [], arping: 'iputils', rivals: [] };
  lock: { readonly session: SimulatedRunner | null; readonly holder: Holder } | null = null;
  /** How often the lock was taken. */
  locked = 0;
  /** What was started to outlive its session. */
  readonly apart: (readonly string[])[] = [];
  /** Its system log. */
  readonly logged: string[] = [];
  /** What it would do by itself should the run die, as its steps are handed over; null: nothing is armed. */
  lease: string | null = null;
  /** Whether it has ended the run by itself. */
  leaseRanOut = false;
  /** Whether it goes on listening for other owners after the run. */
  listensOn = false;
  /** Called before each command, reads included. */
  onCommand: (argv: readonly string[]) => void = () => {};

  /** Whether a command never ends. */
  hangsAt: (argv: readonly string[], input: string) => boolean = () => false;

  constructor(name: string, options: SimulationOptions) {
    this.name = name;
    this.kernel = new SimulatedKernel(options);
  }

  /** Floating addresses and whatever else it holds, as `1.2.3.1/32 eth0`, without its own. */
  held(): string[] {
    return this.kernel
      .state()
      .addresses.filter(({ address }) => !/\.1[12]$/.test(address))
      .map(({ address, prefix, device }) => `${address}/${prefix} ${device}`);
  }

  /** `ipvsadm -Sn`, line by line. */
  rules(): string[] {
    return this.kernel
      .execute(['ipvsadm', '-Sn'])
      .stdout.split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }
}
