import { type Declared, floatingOf } from './declared.ts';
import type { ByOthers } from './others.ts';
import type { Leg } from './schedule.ts';

/** What a router has. */
export interface RouterSight {
  /** Floating addresses of its devices, in order. */
  readonly addresses: readonly string[];
  /** Lines of `ipvsadm -Sn`, in order. */
  readonly rules: readonly string[];
  /** What a run needed for a while. */
  readonly leftOver: readonly string[];
  readonly lockFree: boolean;
  /** What a failover sets for a while, `NAME=VALUE` each. */
  readonly settings: readonly string[];
}

export interface Sight {
  readonly routers: Readonly<Record<string, RouterSight>>;
  /** What lvs.yaml declares; null: it is no whole file. */
  readonly declared: Declared | null;
  /** Whether lvs.yaml has the line that another user wrote into it. */
  readonly edited: boolean;
  /** Temporary files beside lvs.yaml, and what else lvs left on the machine where it ran. */
  readonly leftOver: readonly string[];
  /** New contents of lvs.yaml that have not taken its place. */
  readonly abandoned: readonly Abandoned[];
}

export interface Abandoned {
  readonly machine: string;
  /** In /etc/lvs. */
  readonly file: string;
}

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** It had to be killed, for it did not end. */
  readonly stuck: boolean;
}

/** What others than lvs did to the routers or to lvs.yaml. */
export interface Foreign extends ByOthers {
  /** Whether another lvs ran at the same time. */
  readonly second: boolean;
  /** Whether another user wrote a line into lvs.yaml. */
  readonly edit: boolean;
}

/** A leg as it went. */
export interface Played {
  readonly leg: Leg;
  readonly before: Sight;
  readonly ended: Ended;
  /** Whether any fault struck before lvs ended. */
  readonly struck: boolean;
  /** Whether lvs was ended by kill -9, so that it could say nothing. */
  readonly killed: boolean;
  /** The machine where lvs ran. */
  readonly from: string;
  /** Seconds from the first SIGINT or SIGTERM to its end; 0 if there was none. */
  readonly interruptedSeconds: number;
  /** When lvs ended. */
  readonly atEnd: Sight;
  /** Routers of which lvs could not know at its end. */
  readonly cutOff: readonly string[];
  readonly foreign: Foreign;
  /** Whether a router may have a copy of lvs.yaml since an earlier leg that was not installed as it is. */
  readonly copies?: boolean;
  /** When nothing was left to settle, or time was up. */
  readonly settled: Sight;
  /** Seconds since the last fault was over and lvs had ended. */
  readonly settledSeconds: number;
  /** Of these, those after which a lock was seen taken for the last time. */
  readonly lockedSeconds: number;
  /** Longest time for which an address had two owners while all machines ran and reached each other. */
  readonly sharedSeconds: number;
  /** Longest time for which an address that is to have an owner had none, likewise. */
  readonly ownerlessSeconds: number;
}

export interface Violation {
  readonly invariant: string;
  readonly expected: string;
  readonly found: string;
}

export function violation(invariant: string, expected: string, found: string): Violation {
  return { invariant, expected, found };
}

/** Bounds of the laws, in seconds, with what a busy machine adds. */
export const bounds = { lock: 15, owners: 15, slack: 5, leftOver: 40, interruption: 10, run: 120 } as const;

/** Whether a change is to be kept once it is made. */
export function isKept({ change, confirms }: Leg): boolean {
  return change.confirmSeconds === null || confirms;
}

/** Owners by floating address. */
export function ownersOf({ routers, declared }: Sight): Map<string, string[]> {
  const all = new Set([
    ...(declared === null ? [] : floatingOf(declared)),
    ...Object.values(routers).flatMap(({ addresses }) => addresses),
  ]);
  return new Map(
    [...all].sort().map((address) => {
      const owners = Object.entries(routers).filter(([, router]) => router.addresses.includes(address));
      return [address, owners.map(([name]) => name)];
    }),
  );
}

/** The addresses that are to have an owner all the time. */
export function servedThroughout(before: Sight, settled: Sight, { change }: Leg): string[] {
  const wanted = floatingOf(before.declared ?? change.after);
  const now = floatingOf(settled.declared ?? change.after);
  return wanted.filter((address) => now.includes(address) && ownersOf(before).get(address)?.length === 1);
}

export function difference(expected: readonly string[], found: readonly string[]): string {
  const missing = expected.filter((line) => !found.includes(line)).map((line) => `missing "${line}"`);
  const extra = found.filter((line) => !expected.includes(line)).map((line) => `extra "${line}"`);
  return [...missing, ...extra].join('; ') || 'the same lines';
}
