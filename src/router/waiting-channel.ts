import { channel } from 'node:diagnostics_channel';

/** What has taken a router so long that people want to know. */
export interface Waiting {
  readonly router: string;
  /** A command in few words, or `connection`. */
  readonly what: string;
  /** So far. */
  readonly seconds: number;
}

const waits = channel('lvs:waiting');
const ends = channel('lvs:waiting-over');

export function tellWaiting(waiting: Waiting): void {
  waits.publish(waiting);
}

/** After `tellWaiting`: the router has answered, or is given up. */
export function tellWaitingOver(router: string): void {
  ends.publish(router);
}

/** Calls back with the router's name when a wait that was told of is over. */
export function onWaitingOver(listen: (router: string) => void): void {
  ends.subscribe((router) => listen(router as string));
}

/** Calls back whenever a session has waited for long, and again while it goes on waiting. */
export function onWaiting(listen: (waiting: Waiting) => void): void {
  waits.subscribe((waiting) => listen(waiting as Waiting));
}
