export type Mode = 'failover' | 'to-and-fro' | 'load' | 'takeover' | 'scale';

/** What the bench is to measure in a rehearsal kernel. */
export interface BenchOrder {
  readonly mode: Mode;
  /** Rounds of everything, or how many times to switch. */
  readonly rounds: number;
  /** Parts of the names of the scenarios to play; none: all. */
  readonly words: readonly string[];
}
