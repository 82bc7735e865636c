import type { WeightEvent } from '../weights/events.ts';
import type { Hindrance } from './observations.ts';

/** What a monitor tells: one line each. */
export type MonitorEvent =
  /** A decision, with its reason. */
  | ({ readonly type: 'weight' } & WeightEvent)
  /** Something cannot be observed; reason null: it can be again. */
  | ({ readonly type: 'hindrance' } & Hindrance)
  /** It began, or follows another configuration, which gives it so many of each to observe. */
  | {
      readonly type: 'configuration';
      readonly file: string;
      readonly virtualServers: number;
      readonly realServers: number;
    }
  /** The configuration cannot be used; what was read before goes on. */
  | { readonly type: 'bad-configuration'; readonly file: string; readonly reason: string }
  /** The kernel's weights could not be written, or can be again: reason null. */
  | { readonly type: 'kernel'; readonly reason: string | null }
  | { readonly type: 'note'; readonly reason: string }
  | { readonly type: 'end' };

export type Say = (event: MonitorEvent) => void;
