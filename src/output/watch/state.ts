import type { StatusDocument } from '../status-document.ts';
import type { WatchEvent } from './events.ts';

export const sorts = ['attention', 'connections', 'rate', 'name'] as const;
export type Sort = (typeof sorts)[number];

/** All that a watch shows, and how. */
export interface WatchState {
  readonly file: string;
  /** Seconds from one reading to the next. */
  readonly interval: number;
  /** Null until the first reading is there. */
  readonly document: StatusDocument | null;
  /** Milliseconds since 1970, of that reading. */
  readonly readAt: number | null;
  /** When the reading under way began; null: none is. */
  readonly readingSince: number | null;
  /** Why the last reading, or the configuration, could not be had; null: it could. */
  readonly problem: string | null;
  /** The oldest first. */
  readonly events: readonly WatchEvent[];
  readonly sort: Sort;
  /** What names, addresses or states must have in them. */
  readonly filter: string;
  /** Whether keys go to the filter. */
  readonly typing: boolean;
  /** Whether real servers are shown; null: where they are not too many. */
  readonly details: boolean | null;
  /** Lines of the table above the first one shown. */
  readonly offset: number;
}

export function startState(file: string, interval: number): WatchState {
  return {
    file,
    interval,
    document: null,
    readAt: null,
    readingSince: null,
    problem: null,
    events: [],
    sort: 'attention',
    filter: '',
    typing: false,
    details: null,
    offset: 0,
  };
}
