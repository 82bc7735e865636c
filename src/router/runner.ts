import type { ArpingFlavour } from '../grammar/arping-commands.ts';

/** What a command left behind. */
export interface Result {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Who holds a router's lock, in words: who, from where, since when, doing what. */
export type Holder = readonly [who: string, from: string, since: string, doing: string];

/** What a router is like, beyond what IPVS and the devices say. */
export interface Facts {
  /** The address of the router that this session came in by; null: not over a network. */
  readonly sessionAddress: string | null;
  /** Programs that are not there. */
  readonly missing: readonly string[];
  /** Which of the programs called arping it has; the usual one where there is none. */
  readonly arping: ArpingFlavour;
  /** Running programs and configuration files of others who would move addresses or rules. */
  readonly rivals: readonly string[];
  /** Whether systemd runs there. */
  readonly systemd?: boolean;
}

/** Seconds from now: for what runs, and for everything. */
export interface Hurry {
  readonly current: number;
  readonly all: number;
}

/**
 * The only way to a router's system. Requests may be made without waiting for each other; they run one after the other, in
 * order. Every method rejects with a SessionLost when the way there is gone.
 */
export interface Runner {
  /** @param waits seconds that the command spends waiting: it has so many more to end; fewer than usual if they are negative */
  run(argv: readonly string[], input?: string | null, waits?: number): Promise<Result>;
  /** Starts a command that outlives the session; its output goes nowhere. */
  runApart(argv: readonly string[]): Promise<void>;
  /** A line for the router's system log. Nobody waits for it, and nothing fails where there is no way to write it. */
  log(line: string): void;
  facts(programs: readonly string[]): Promise<Facts>;
  /**
   * Takes the lock: null; or says who has it. Rejects with LockUnavailable where nobody can have it, and with
   * AwaitingConfirmation where a run is to be confirmed first.
   */
  lock(holder: Holder): Promise<Holder | null>;
  unlock(): Promise<void>;
  /** Whatever is not answered by then, also of later requests, is given up, and the session with it. */
  hurry(hurry: Hurry): void;
  close(): Promise<void>;
}

/** The connection to a router broke, or was never there; the message is what ssh or the shell said last. */
export class SessionLost extends Error {
  override readonly name: string = 'SessionLost';
  /** All that was said at the end. */
  readonly said: string;

  constructor(message: string, said = message) {
    super(message);
    this.said = said;
  }
}

/** A request was not answered in time, so that its session was given up; the message says which one. */
export class TimedOut extends SessionLost {
  override readonly name = 'TimedOut';
}

/** The lock cannot be had, for a run waits to be confirmed: see pending.ts. */
export class AwaitingConfirmation extends Error {
  override readonly name = 'AwaitingConfirmation';
  /** What is known of it, as it stands there. */
  readonly about: readonly string[];

  constructor(about: readonly string[]) {
    super(about.join(', '));
    this.about = about;
  }
}

/** A router on which no lock can be taken at all; the message is what it said. */
export class LockUnavailable extends Error {
  override readonly name = 'LockUnavailable';
}
