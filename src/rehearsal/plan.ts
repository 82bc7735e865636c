import type { RehearsalPlan } from './rehearsal.ts';

/** Names in the scratch directory, by which the two sides of the rehearsal kernel talk. */
export const planFile = 'plan.json';
/** One event of JSON a line. */
export const eventsFile = 'events';

export interface InsidePlan extends RehearsalPlan {
  /** The user's terminal, at which there is to be a prompt instead of the rehearsal; null: none. */
  readonly terminal: TerminalSize | null;
}

/** In characters. */
export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}
