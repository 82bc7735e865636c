import { type Execution, refused } from './execution.ts';

export interface Fault {
  /** Which single commands: a pattern of `ipvsadm -a -t …`, `ip addr add …` as one line, whatever batch it came in. */
  readonly matching: RegExp;
  /** The how-manieth command that matches, from 1 on; default: each of them. */
  readonly nth?: number;
  /**
   * `refuse`: it fails and changes nothing. `ignore`: it reports success and changes nothing. `die`: the router is
   * gone before the command, and nothing runs there until `revive`.
   */
  readonly effect: 'refuse' | 'ignore' | 'die';
  /** With `refuse`; default 255. */
  readonly status?: number;
  /** With `refuse`; default `Permission denied (you must be root)`. */
  readonly stderr?: string;
}

/** The faults that a test has ordered, and how often each was met. */
export class Faults {
  readonly #faults: { fault: Fault; met: number }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, met: 0 });
  }

  clear(): void {
    this.#faults.length = 0;
  }

  /** The fault that strikes this command, if any. */
  striking(command: string): Fault | null {
    let struck: Fault | null = null;
    for (const entry of this.#faults) {
      if (!entry.fault.matching.test(command)) continue;
      entry.met += 1;
      if (entry.fault.nth === undefined || entry.fault.nth === entry.met) struck ??= entry.fault;
    }
    return struck;
  }
}

export function refusalOf({ status = 255, stderr = 'Permission denied (you must be root)' }: Fault): Execution {
  return refused(status, stderr);
}
