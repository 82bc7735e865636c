import { createInterface } from 'node:readline';
import type { Host } from '../cluster/host.ts';
import type { Running } from '../cluster/process.ts';
import type { Programs } from '../cluster/programs.ts';
import type { Caller, Endpoint } from '../topology/topology.ts';
import type { AgentAction, AgentReply } from './agent-protocol.ts';
import type { Burst } from './burst.ts';
import type { TrafficOptions } from './generator.ts';
import type { TrafficSummary } from './summary.ts';

/** The client's traffic, controlled from outside of its network. Everything rejects where the agent has ended. */
export interface TrafficClient {
  /** Sends requests one after the other, to each endpoint in turn, and counts who answered. */
  burst(endpoints: readonly Endpoint[], requests: number, caller?: Caller): Promise<Burst>;
  /** Starts steady traffic; one at a time. */
  start(options: TrafficOptions, phase: string): Promise<void>;
  /** Begins another phase of it. */
  mark(phase: string): Promise<void>;
  /** Ends it: what became of it in each phase. */
  stop(): Promise<readonly TrafficSummary[]>;
  close(): void;
}

/** Starts the traffic agent on the client. */
export async function startClient(host: Host, programs: Programs): Promise<TrafficClient> {
  const agent = await host.start([programs.node, programs.trafficAgent]);
  const ask = conversation(agent);
  return {
    burst: async (endpoints, requests, caller) => {
      const action = { action: 'burst', endpoints, requests } as const;
      return (await ask(caller === undefined ? action : { ...action, caller })) as Burst;
    },
    start: async (options, phase) => {
      await ask({ action: 'start', options, phase });
    },
    mark: async (phase) => {
      await ask({ action: 'mark', phase });
    },
    stop: async () => (await ask({ action: 'stop' })) as readonly TrafficSummary[],
    close: () => agent.kill(),
  };
}

function conversation(agent: Running): (action: AgentAction) => Promise<unknown> {
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  let ended: Error | null = null;
  createInterface({ input: agent.stdout }).on('line', (line) => {
    const { id, result } = JSON.parse(line) as AgentReply;
    waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  agent.finished.then(
    ({ status, stderr }) => end(new Error(`the traffic agent ended with status ${status}: ${stderr.trim()}`)),
    end,
  );
  function end(error: Error): void {
    ended = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }
  return (action) =>
    new Promise((resolve, reject) => {
      if (ended !== null) return reject(ended);
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      agent.stdin.write(`${JSON.stringify({ ...action, id })}\n`);
    });
}
