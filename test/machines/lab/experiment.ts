import type { Pair } from './pair.ts';
import type { Report } from './report.ts';

export interface Options {
  readonly rounds: number;
  readonly boots: number;
  readonly seed: number;
}

/** A part of an experiment that begins from a snapshot, so that parts may run in any order on any pair. */
export interface Part {
  /** Words that select it: that of the experiment and its own. */
  readonly name: string;
  /** About how long it takes on an idle machine, in seconds: long ones begin first. */
  readonly seconds: number;
  /** Only run when it is named. */
  readonly long?: boolean;
  run(pair: Pair, report: Report): Promise<void>;
}

export type Experiment = (options: Options) => Part[];
