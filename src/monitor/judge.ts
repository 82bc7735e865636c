import type { Cluster, DeclaredVirtualServer } from '../model/cluster.ts';
import { keyOfVirtualServer } from '../model/identity.ts';
import { decide } from '../weights/decide.ts';
import type { ServerDecisions } from '../weights/decisions.ts';
import type { WeightEvent } from '../weights/events.ts';
import { resumed, type Standing } from '../weights/memory.ts';
import { isNews } from '../weights/news.ts';
import type { Observation } from '../weights/observation.ts';
import { monitored } from './targets.ts';

type Observed = ReadonlyMap<string, ReadonlyMap<string, Observation>>;

const none: ReadonlyMap<string, Observation> = new Map();

export interface Judgement {
  readonly events: readonly WeightEvent[];
  /** Whether anything was decided anew, be it as before. */
  readonly touched: boolean;
}

/** What was decided of all virtual servers, and goes on being decided. */
export class Judge {
  private servers = new Map<string, DeclaredVirtualServer>();
  private readonly standings = new Map<string, Standing>();

  /** @param former of the monitor before this one; null: there was none */
  constructor(former: ReadonlyMap<string, ServerDecisions>) {
    for (const [key, decisions] of former) this.standings.set(key, resumed(decisions));
  }

  /** Goes on with another configuration; what it does not declare is forgotten. */
  configure(cluster: Cluster): void {
    this.servers = new Map(monitored(cluster).map((server) => [keyOfVirtualServer(server.id), server]));
    for (const key of this.standings.keys()) if (!this.servers.has(key)) this.standings.delete(key);
  }

  /**
   * Decides anew where something new was observed, or a weight moves by itself.
   * @param now in seconds since 1970
   * @param all whether to look at everything
   */
  judge(observed: Observed, now: number, all: boolean): Judgement {
    let touched = all;
    const events: WeightEvent[] = [];
    for (const [key, server] of this.servers) {
      const observations = observed.get(key) ?? none;
      const standing = this.standings.get(key) ?? resumed();
      if (!all && !moves(standing) && !isNews(standing, observations)) continue;
      const outcome = decide(server, standing, observations, now);
      this.standings.set(key, outcome.standing);
      touched = true;
      events.push(...outcome.events);
    }
    return { events, touched };
  }

  /** By key of the virtual server. */
  get decisions(): ReadonlyMap<string, ServerDecisions> {
    return new Map([...this.standings].map(([key, { decisions }]) => [key, decisions]));
  }
}

/** Whether a real server comes back slowly. */
function moves({ decisions }: Standing): boolean {
  return [...decisions.realServers.values()].some(({ ramp }) => ramp !== null);
}
