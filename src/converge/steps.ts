import type { Stage } from '../plan/change.ts';
import type { Planned } from './planned.ts';

/** What a run has come to, as it goes. */
export type RunStep =
  | { readonly type: 'locked'; readonly routers: readonly string[] }
  /** It is known what would be done, and nothing forbids it. */
  | { readonly type: 'planned'; readonly planned: readonly Planned[] }
  /** Every router is done with a stage in which there was something to do. */
  | { readonly type: 'stage'; readonly stage: Stage; readonly planned: readonly Planned[] }
  /** Everything was read again, and is as planned. */
  | { readonly type: 'verified'; readonly planned: readonly Planned[] }
  /** A session was lost, and everything is as planned all the same: the run goes on. */
  | { readonly type: 'resumed' }
  | { readonly type: 'putting-back' };
