import type { Endpoint } from '../topology/topology.ts';
import type { Stream } from './stream.ts';

/** What became of the requests and streams of one phase of the traffic. Times are in milliseconds. */
export interface TrafficSummary {
  readonly phase: string;
  readonly duration: number;
  readonly answered: number;
  /** Requests that got no answer, by reason: ECONNRESET, timeout, … */
  readonly failed: Readonly<Record<string, number>>;
  /** Answered, but late: after more than 200 ms, unless another limit was asked for. */
  readonly delayed: number;
  /** The median of how long the answers took. */
  readonly median: number;
  /** What 99 of 100 answers did not take longer than. */
  readonly percentile99: number;
  /** The slowest answer. */
  readonly slowest: number;
  /** The longest time for which no request to one address was answered. */
  readonly outage: number;
  /** Answers by real server. */
  readonly shares: Readonly<Record<string, number>>;
  readonly streams: { readonly open: number; readonly broken: number; readonly longestGap: number };
  /** Requests that got no answer and streams that broke, by where they went (see targetOf); only where there are any. */
  readonly lost: Readonly<Record<string, { readonly failed: number; readonly broken: number }>>;
}

/** One request that has ended. */
export interface RequestRecord {
  /** Where it went: see targetOf. */
  readonly target: string;
  readonly begin: number;
  readonly end: number;
  readonly by: string | null;
  readonly failure: string | null;
}

export interface Phase {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

const usualDelayLimit = 200;
/** A stream without a dot for this long at the end has broken without notice. */
const silenceLimit = 1500;

/** Requests count in the phase that they began in, gaps in the phase that they ended in. */
export function summarise(
  phase: Phase,
  requests: readonly RequestRecord[],
  streams: readonly Stream[],
  delayLimit = usualDelayLimit,
): TrafficSummary {
  const within = (time: number) => time >= phase.begin && time < phase.end;
  const own = requests.filter(({ begin }) => within(begin));
  const answered = own.filter(({ by }) => by !== null);
  const durations = answered.map(({ begin, end }) => end - begin).sort((a, b) => a - b);
  const gaps = streams.flatMap((stream) => stream.gaps.filter(({ at }) => within(at)));
  const broken = streams.filter((stream) => within(endOf(stream)));
  return {
    phase: phase.name,
    duration: Math.round(phase.end - phase.begin),
    answered: answered.length,
    failed: countBy(own.map(({ failure }) => failure)),
    delayed: durations.filter((duration) => duration > delayLimit).length,
    median: Math.round(durations[Math.floor(durations.length / 2)] ?? 0),
    percentile99: Math.round(durations[Math.ceil(durations.length * 0.99) - 1] ?? 0),
    slowest: Math.round(durations.at(-1) ?? 0),
    outage: Math.round(longestSilence(phase, requests)),
    shares: countBy(answered.map(({ by }) => by)),
    streams: {
      open: streams.filter((stream) => stream.openedAt < phase.end && endOf(stream) >= phase.begin).length,
      broken: broken.length,
      longestGap: Math.round(largest(gaps.map(({ length }) => length))),
    },
    lost: lostBy(
      own.filter(({ failure }) => failure !== null).map(({ target }) => target),
      broken.map(({ target }) => target),
    ),
  };
}

function lostBy(failed: readonly string[], broken: readonly string[]): TrafficSummary['lost'] {
  const [failures, breaks] = [countBy(failed), countBy(broken)];
  const targets = [...new Set([...failed, ...broken])];
  return Object.fromEntries(
    targets.map((target) => [target, { failed: failures[target] ?? 0, broken: breaks[target] ?? 0 }]),
  );
}

/** Where requests to an endpoint go, as text: `tcp 1.2.3.1 80`. */
export function targetOf({ protocol, address, port }: Endpoint): string {
  return `${protocol} ${address} ${port}`;
}

/** When a stream broke; infinity where it did not. */
export function endOf(stream: Stream): number {
  const last = stream.lastDotAt();
  const silent = (stream.closedAt() ?? performance.now()) - last > silenceLimit;
  return stream.brokenAt() ?? (silent ? last : Number.POSITIVE_INFINITY);
}

/** Of each target the time between two answers, or from the last answer to the phase's end: the longest that lies in the phase. */
function longestSilence(phase: Phase, requests: readonly RequestRecord[]): number {
  let longest = 0;
  for (const target of new Set(requests.map((request) => request.target))) {
    let last = phase.begin;
    const answers = requests
      .filter((request) => request.target === target && request.by !== null)
      .map(({ end }) => end);
    for (const at of [...answers.sort((a, b) => a - b), phase.end]) {
      const bounded = Math.min(Math.max(at, phase.begin), phase.end);
      longest = Math.max(longest, bounded - last);
      last = bounded;
    }
  }
  return longest;
}

/** How often each text occurs. */
export function countBy(texts: readonly (string | null)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of texts) if (text !== null) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}

function largest(numbers: readonly number[]): number {
  return numbers.reduce((largest, number) => Math.max(largest, number), 0);
}
