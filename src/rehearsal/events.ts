import type { CommandReport, FailoverReport, RehearsalReport, VirtualServerReport } from './report.ts';

/** What a rehearsal tells while it runs. */
export type RehearsalEvent =
  | { readonly type: 'step'; readonly step: RehearsalStep; readonly detail: string }
  | { readonly type: 'command-started'; readonly router: string; readonly command: string }
  | ({ readonly type: 'command-finished' } & CommandReport)
  | ({ readonly type: 'virtual-server-tried' } & VirtualServerReport)
  | ({ readonly type: 'failed-over' } & FailoverReport)
  | { readonly type: 'finished'; readonly report: RehearsalReport }
  /** The rehearsal itself went wrong. */
  | { readonly type: 'broken'; readonly message: string };

/** What is being done, in this order; later steps are left out where an earlier one fails. */
export type RehearsalStep = 'boot' | 'build' | 'apply' | 'requests' | 'failover';
