import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Something that is done again and again. */
export interface Target {
  /** Seconds from one time that it is due to the next. */
  readonly interval: number;
  /** Share of the interval, from 0 to 1, over which the times are scattered. */
  readonly jitter: number;
  /** What it takes part of: one of the kinds that the timetable has limits for. */
  readonly kind: string;
  /** Is never begun again before it has settled. `signal` is aborted when the target is withdrawn or the timetable stopped. */
  run(signal: AbortSignal): Promise<void>;
}

export interface TimetableOptions {
  /** How many targets of a kind run at a time. */
  readonly limits: Readonly<Record<string, number>>;
  /** Told of what `run` rejects with, which it should not. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
  /** From 0 up to 1, like Math.random. */
  readonly random?: () => number;
}

/** Times that were left out since the timetable began. */
export interface Skipped {
  /** The target was still running from the time before. */
  readonly running: number;
  /** It was still waiting for its turn: there is more to do than the limits let through. */
  readonly waiting: number;
}

/**
 * How many of each kind run at a time. One that waits on the network holds a socket and a timer: 2,000 real servers that are
 * silent for 1 s every 2 s are 1,000 of those. Programs, and handshakes of ssh, take a processor.
 */
export function usualLimits(processors: number): Record<'socket' | 'exec' | 'ssh', number> {
  return { socket: 1024, exec: processors * 4, ssh: processors * 4 };
}

/** Consecutive multiples of it, taken modulo 1, are spread evenly, however many they are. */
const goldenRatio = (Math.sqrt(5) - 1) / 2;

/**
 * Runs many targets, each at its own times. The times of a target stand on a grid that does not drift, around which they are
 * scattered; the first is within an interval, and those of different targets are spread over it. Where a limit is reached,
 * those due wait in order, each at most once: a time that comes while the target runs or waits is left out.
 */
export class Timetable {
  private readonly options: Required<TimetableOptions>;
  private readonly queues: ReadonlyMap<string, Queue>;
  private readonly entries = new Set<Entry>();
  private readonly histogram: RecordableHistogram = createHistogram();
  private added = 0;
  private stopped = false;
  private ranLate = { running: 0, waiting: 0 };

  constructor(options: TimetableOptions) {
    this.options = { now: () => performance.now(), random: Math.random, ...options };
    const queues = Object.entries(options.limits).map(([kind, limit]) => [kind, new Queue(limit)] as const);
    this.queues = new Map(queues);
  }

  /** How late runs began, after they were due, in microseconds; to be read, or reset, by whoever shows it. */
  get lateness(): RecordableHistogram {
    return this.histogram;
  }

  get skipped(): Skipped {
    return this.ranLate;
  }

  /**
   * Throws RangeError where there is no limit for its kind, or the timetable was stopped.
   * @returns withdraws the target again; settles when it does not run any more
   */
  add(target: Target): () => Promise<void> {
    const queue = this.queues.get(target.kind);
    if (queue === undefined) throw new RangeError(`no limit for targets of kind ${target.kind}`);
    if (this.stopped) throw new RangeError('the timetable was stopped');
    const share = (this.added++ * goldenRatio) % 1;
    const entry = new Entry(target, queue, this.options.now() + share * target.interval * 1000);
    this.entries.add(entry);
    this.arm(entry);
    return () => this.withdraw(entry);
  }

  /** Calls off everything that runs. Settles when nothing runs any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.entries].map((entry) => this.withdraw(entry)));
  }

  private async withdraw(entry: Entry): Promise<void> {
    this.entries.delete(entry);
    clearTimeout(entry.timer);
    entry.queue.waiting.delete(entry);
    entry.controller.abort();
    await entry.ended;
  }

  private arm(entry: Entry): void {
    entry.timer = setTimeout(() => this.comeDue(entry), Math.max(1, entry.due - this.options.now()));
  }

  private comeDue(entry: Entry): void {
    const { due, queue } = entry;
    if (entry.ended !== null) this.ranLate = { ...this.ranLate, running: this.ranLate.running + 1 };
    else if (queue.waiting.has(entry)) this.ranLate = { ...this.ranLate, waiting: this.ranLate.waiting + 1 };
    else {
      queue.waiting.set(entry, due);
      this.proceed(queue);
    }
    entry.next(this.options.now(), this.options.random());
    this.arm(entry);
  }

  private proceed(queue: Queue): void {
    for (const [entry, due] of queue.waiting) {
      if (queue.running >= queue.limit) return;
      queue.waiting.delete(entry);
      this.begin(entry, due);
    }
  }

  private begin(entry: Entry, due: number): void {
    const { queue } = entry;
    queue.running += 1;
    const late = this.options.now() - due;
    this.histogram.record(Math.max(1, Math.round(late * 1000)));
    entry.ended = entry.run(this.options.onError).then(() => {
      entry.ended = null;
      queue.running -= 1;
      this.proceed(queue);
    });
  }
}

/** The targets of a kind that are due, in order, and since when. */
class Queue {
  readonly limit: number;
  readonly waiting = new Map<Entry, number>();
  running = 0;

  constructor(limit: number) {
    this.limit = limit;
  }
}

class Entry {
  readonly controller = new AbortController();
  readonly queue: Queue;
  /** Null: it does not run. */
  ended: Promise<void> | null = null;
  due: number;
  timer: NodeJS.Timeout | undefined;
  private readonly target: Target;
  /** The place on the grid that `due` is scattered around. */
  private place: number;

  constructor(target: Target, queue: Queue, first: number) {
    this.target = target;
    this.queue = queue;
    this.place = first;
    this.due = first;
  }

  async run(onError: (error: unknown) => void): Promise<void> {
    try {
      await this.target.run(this.controller.signal);
    } catch (error) {
      onError(error);
    }
  }

  /** Goes on to the next place on the grid that is still to come. */
  next(now: number, random: number): void {
    const interval = this.target.interval * 1000;
    const missed = Math.max(0, Math.floor((now - this.place) / interval));
    this.place += (missed + 1) * interval;
    this.due = this.place + (random - 0.5) * this.target.jitter * interval;
  }
}
