import type { AgentWord } from './agent-check.ts';

/** What was found out about one real server since the last time. */
export interface Observation {
  /** Results of its checks, in the order in which they came. */
  readonly checks: readonly CheckResult[];
  /** Complete replies of its agent, in the order in which they came. */
  readonly words: readonly AgentWord[];
  /** The last load average read, if one was. */
  readonly reading: Reading | null;
}

export interface CheckResult {
  /** What went wrong, for people: `connection refused`; null: it passed. */
  readonly failure: string | null;
  /** The weight that a dynamic check said; null: it said none, and the last one stays. */
  readonly weight: number | null;
}

export interface Reading {
  /** Of one minute. */
  readonly loadAverage: number;
  readonly processors: number;
}

export const nothing: Observation = { checks: [], words: [], reading: null };
