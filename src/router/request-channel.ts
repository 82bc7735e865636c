import { channel } from 'node:diagnostics_channel';

/** What a session asked of a router, once it was answered. */
export interface AnsweredRequest {
  readonly router: string;
  /** See agent.ts. */
  readonly verb: string;
  readonly words: readonly string[];
  /** What a command read from stdin. */
  readonly input: string;
  readonly status: number;
  /** What it took there: without the time in which it waited for those before it. */
  readonly milliseconds: number;
}

/** Where sessions tell, so that whoever wants to show it need not be known to them. */
const requests = channel('lvs:request');

export function tellRequest(request: AnsweredRequest): void {
  requests.publish(request);
}

/** Calls back after every request of every session. */
export function onRequest(listen: (request: AnsweredRequest) => void): void {
  requests.subscribe((request) => listen(request as AnsweredRequest));
}
