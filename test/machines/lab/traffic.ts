import { type Running, start } from './process.ts';

export interface Traffic {
  readonly requests: number;
  readonly answered: number;
  readonly failed: number;
  readonly errors: Readonly<Record<string, number>>;
  /** The longest time without any answer, in milliseconds. */
  readonly longestSilence: number;
  readonly streams: number;
  readonly broken: number;
}

/** Requests and streams of the client until `stop`. */
export class TrafficRun {
  private readonly running: Running;

  constructor(namespace: string, program: string, host: string, rate: number, streams: number) {
    const words = [process.execPath, program, host, String(rate), String(streams)];
    this.running = start(['ip', 'netns', 'exec', namespace, ...words]);
  }

  async stop(): Promise<Traffic> {
    this.running.kill();
    const { output } = await this.running.within(30_000);
    return JSON.parse(output.split('\n').at(-1) ?? '') as Traffic;
  }
}

export function describe(traffic: Traffic): string {
  const { requests, answered, failed, longestSilence, streams, broken } = traffic;
  const errors = Object.entries(traffic.errors).map(([error, count]) => `${error} ${count}`);
  const unanswered = requests - answered - failed;
  return (
    `${answered} of ${requests} requests answered, ${failed} failed${errors.length > 0 ? ` (${errors.join(', ')})` : ''}, ` +
    `${unanswered} open, longest silence ${longestSilence} ms, ${broken} of ${streams} streams broken`
  );
}
