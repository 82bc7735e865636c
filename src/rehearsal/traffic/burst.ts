import type { Caller, Endpoint } from '../topology/topology.ts';
import { request } from './request.ts';
import { countBy } from './summary.ts';

/** What became of a number of requests. */
export interface Burst {
  readonly answered: number;
  /** By reason. */
  readonly failed: Readonly<Record<string, number>>;
  /** Answers by real server. */
  readonly shares: Readonly<Record<string, number>>;
}

/** When nobody is there, one need not ask three hundred times. */
const mostFailures = 5;

/**
 * Sends requests one after the other, so that the scheduler sees them in order, to each endpoint in turn. Gives up after five
 * failures.
 */
export async function sendBurst(endpoints: readonly Endpoint[], requests: number, caller?: Caller): Promise<Burst> {
  const answers: string[] = [];
  const failures: string[] = [];
  while (answers.length + failures.length < requests && failures.length < mostFailures) {
    const endpoint = endpoints[(answers.length + failures.length) % endpoints.length];
    if (endpoint === undefined) break;
    const outcome = await request(endpoint, caller);
    if ('by' in outcome) answers.push(outcome.by);
    else failures.push(outcome.failure);
  }
  return { answered: answers.length, failed: countBy(failures), shares: countBy(answers) };
}
