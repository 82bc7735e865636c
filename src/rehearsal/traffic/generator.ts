import type { Endpoint } from '../topology/topology.ts';
import { request } from './request.ts';
import { openStream, type Stream } from './stream.ts';
import { endOf, type Phase, type RequestRecord, summarise, type TrafficSummary, targetOf } from './summary.ts';

export interface TrafficOptions {
  /** Requests go to each in turn; streams too, where they are TCP. */
  readonly endpoints: readonly Endpoint[];
  readonly connectionsPerSecond: number;
  /** Long-lived connections, opened at the start. */
  readonly streams: number;
  /** Milliseconds after which an answer counts as delayed. */
  readonly delayLimit?: number;
}

/** Traffic under way: new connections at a steady rate, whatever becomes of those before, and long-lived ones. */
export interface Traffic {
  /** Ends the phase so far and begins another, with new streams for those that broke. */
  mark(phase: string): void;
  /** Ends all of it, and says for each phase what became of it. Waits for the requests under way. */
  stop(): Promise<readonly TrafficSummary[]>;
}

/** Starts traffic in a phase of the given name. */
export function generateTraffic(options: TrafficOptions, firstPhase: string): Traffic {
  const { endpoints, connectionsPerSecond } = options;
  const records: RequestRecord[] = [];
  const underWay = new Set<Promise<void>>();
  const marks = [{ name: firstPhase, begin: performance.now() }];
  const streamsTo = streamEndpoints(options);
  const streams: Stream[] = [];
  let current: readonly Stream[] = [];
  const openStreams = () => {
    current = streamsTo.map((endpoint, index) => {
      const stream = current[index];
      if (stream !== undefined && endOf(stream) === Number.POSITIVE_INFINITY) return stream;
      stream?.abandon();
      const opened = openStream(endpoint);
      streams.push(opened);
      return opened;
    });
  };
  openStreams();
  let sent = 0;
  const ticker = setInterval(() => {
    const endpoint = endpoints[sent++ % endpoints.length];
    if (endpoint === undefined) return;
    const pending = recordRequest(endpoint, records).finally(() => underWay.delete(pending));
    underWay.add(pending);
  }, 1000 / connectionsPerSecond);
  return {
    mark: (name) => {
      marks.push({ name, begin: performance.now() });
      openStreams();
    },
    stop: async () => {
      clearInterval(ticker);
      const end = performance.now();
      await Promise.all(underWay);
      for (const stream of streams) stream.close();
      const phases = marks.map((mark, index): Phase => ({ ...mark, end: marks[index + 1]?.begin ?? end }));
      return phases.map((phase) => summarise(phase, records, streams, options.delayLimit));
    },
  };
}

function streamEndpoints({ endpoints, streams }: TrafficOptions): Endpoint[] {
  const candidates = endpoints.filter(({ protocol }) => protocol === 'tcp');
  return Array.from({ length: candidates.length === 0 ? 0 : streams }, (_, index) => index % candidates.length).flatMap(
    (index) => candidates[index] ?? [],
  );
}

async function recordRequest(endpoint: Endpoint, records: RequestRecord[]): Promise<void> {
  const begin = performance.now();
  const outcome = await request(endpoint);
  records.push({
    target: targetOf(endpoint),
    begin,
    end: performance.now(),
    by: 'by' in outcome ? outcome.by : null,
    failure: 'failure' in outcome ? outcome.failure : null,
  });
}
