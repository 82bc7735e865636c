import { parseConfig } from '../../../src/config/config.ts';
import type { DeclaredVirtualServer } from '../../../src/model/cluster.ts';
import { parseAgentReply } from '../../../src/weights/agent-check.ts';
import { decide } from '../../../src/weights/decide.ts';
import type { Decision, ServerDecisions } from '../../../src/weights/decisions.ts';
import type { WeightEvent } from '../../../src/weights/events.ts';
import { resumed, type Standing } from '../../../src/weights/memory.ts';
import { nothing, type Observation } from '../../../src/weights/observation.ts';

/** The virtual server `web`, tcp://1.2.3.1:80, with these further lines in braces. */
export function virtualServer(lines: string): DeclaredVirtualServer {
  const text = `public: { device: eth0 }\nvirtual-servers:\n  web: { address: "tcp://1.2.3.1:80", ${lines} }\n`;
  const [server] = parseConfig(text, 'lvs.yaml').cluster.virtualServers;
  if (server === undefined) throw new Error('no virtual server');
  return server;
}

export const passed: Observation = { ...nothing, checks: [{ failure: null, weight: null }] };

export function failed(failure = 'connection refused'): Observation {
  return { ...nothing, checks: [{ failure, weight: null }] };
}

export function exited(weight: number): Observation {
  return { ...nothing, checks: [{ failure: null, weight }] };
}

export function said(line: string): Observation {
  const word = parseAgentReply(`${line}\n`);
  return { ...nothing, words: word === null ? [] : [word] };
}

export function read(loadAverage: number, processors: number): Observation {
  return { ...nothing, reading: { loadAverage, processors } };
}

/** A virtual server under a monitor, with a clock of its own that begins at 2026-01-01T00:00:00Z. */
export class Monitored {
  server: DeclaredVirtualServer;
  now = Date.UTC(2026, 0, 1) / 1000;
  standing: Standing = resumed();
  events: WeightEvent[] = [];

  constructor(server: DeclaredVirtualServer) {
    this.server = server;
  }

  /** What is observed of the real server whose address ends in that number, `seconds` later. */
  tick(observations: Readonly<Record<number, Observation>>, seconds = 2): this {
    this.now += seconds;
    const byKey = Object.entries(observations).map(([last, each]) => [`192.168.1.${last}:80`, each] as const);
    const { standing, events } = decide(this.server, this.standing, new Map(byKey), this.now);
    this.standing = standing;
    this.events = [...events];
    return this;
  }

  repeat(times: number, observations: Readonly<Record<number, Observation>>): this {
    for (let time = 0; time < times; time++) this.tick(observations);
    return this;
  }

  /** As after kill -9: all that is left is what was written down. */
  restart(): this {
    this.standing = resumed(this.standing.decisions);
    return this;
  }

  get decisions(): ServerDecisions {
    return this.standing.decisions;
  }

  of(last: number): Decision {
    const decision = this.decisions.realServers.get(`192.168.1.${last}:80`);
    if (decision === undefined) throw new Error(`no decision about 192.168.1.${last}`);
    return decision;
  }

  get weights(): number[] {
    return [...this.decisions.realServers.values()].map(({ weight }) => weight);
  }

  /** The events of the last tick as `2: 10 -> 0, check failed: …`; `sorry` for the sorry server. */
  get told(): string[] {
    return this.events.map(({ realServer, oldWeight, newWeight, present, reason }) => {
      const who = realServer === null ? 'sorry' : realServer.replace(/^192\.168\.1\.(\d+):80$/, '$1');
      return `${who}: ${oldWeight} -> ${newWeight}${present || realServer === null ? '' : ' removed'}, ${reason}`;
    });
  }
}
