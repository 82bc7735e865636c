import type { Cluster, Router } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { inTime, RepeatedLimit } from '../router/deadline.ts';
import { TimedOut } from '../router/runner.ts';
import {
  type Connect,
  type Connected,
  type Connections,
  connectRouter,
  openSession,
  routersWanted,
  unreachable,
} from './connect.ts';
import { type Inspection, type InspectOptions, inspectConnected } from './inspect.ts';
import { lostWords } from './lost-words.ts';

/** One router, for as long as it is watched. */
interface Way {
  readonly router: Router | null;
  connected: Connected | null;
  /** Why there is no session; null: that is not known yet. */
  reason: string | null;
  /** Under way. */
  attempt: Promise<void> | null;
}

/** A router that has not answered by then is not slow, but gone. */
const probeSeconds = 1;

/**
 * Reads the same routers again and again over the same sessions. A router that is lost counts as unreachable at once, and is tried
 * again beside the readings, so that they need not wait for it.
 */
export class Watch {
  private readonly on: string | null;
  private readonly connect: Connect;
  private readonly ways = new Map<string, Way>();
  private readonly limit = new RepeatedLimit();

  constructor(on: string | null, connect: Connect = openSession) {
    this.on = on;
    this.connect = connect;
  }

  /** One reading; not to be called again before it is there. Throws `read-failed` where a router that answers cannot be read. */
  async read(cluster: Cluster, options: InspectOptions): Promise<Inspection> {
    const routers = routersWanted(cluster, this.on);
    this.forgetOthers(routers);
    const missing = routers.map((router) => this.wayTo(router)).filter(({ connected }) => connected === null);
    await Promise.all(missing.map((way) => this.tryAgain(way, cluster)));
    return this.readReachable(cluster, options);
  }

  /** Ends all sessions. One that hangs may take its time. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.ways.values()].map(({ connected }) => connected?.runner.close()));
  }

  private async readReachable(cluster: Cluster, options: InspectOptions): Promise<Inspection> {
    for (;;) {
      const connections = this.connections();
      const begin = performance.now();
      const took = () => this.limit.took((performance.now() - begin) / 1000);
      try {
        const inspection = await inTime(inspectConnected(cluster, connections, options), this.limit.seconds);
        took();
        return inspection;
      } catch (error) {
        if (!(error instanceof LvsError || error instanceof TimedOut)) throw error;
        const lost = await this.dropLost();
        if (lost === 0 && error instanceof LvsError) throw error;
        // They are slow, and not silent.
        if (lost === 0) took();
      }
    }
  }

  private connections(): Connections {
    const ways = [...this.ways.values()];
    return {
      connected: ways.flatMap(({ connected }) => connected ?? []),
      unreachable: ways.flatMap(({ router, connected, reason }) =>
        connected !== null || router === null ? [] : [unreachable(router, reason ?? 'it has not answered yet')],
      ),
    };
  }

  private wayTo(router: Router | null): Way {
    const key = keyOf(router);
    const way = this.ways.get(key) ?? { router, connected: null, reason: null, attempt: null };
    this.ways.set(key, way);
    return way;
  }

  /** Only who is asked for the first time is waited for. */
  private async tryAgain(way: Way, cluster: Cluster): Promise<void> {
    const isFirst = way.reason === null;
    way.attempt ??= this.attempt(way, cluster).finally(() => {
      way.attempt = null;
    });
    if (isFirst) await way.attempt;
    else way.attempt.catch((error: unknown) => this.note(way, error));
  }

  private async attempt(way: Way, cluster: Cluster): Promise<void> {
    const outcome = await connectRouter(cluster, way.router, this.connect);
    if ('reason' in outcome) way.reason = outcome.reason;
    else if (this.ways.get(keyOf(way.router)) === way) way.connected = outcome;
    else void outcome.runner.close();
  }

  private note(way: Way, error: unknown): void {
    way.reason = error instanceof Error ? error.message : String(error);
  }

  /** How many sessions turn out to be gone. */
  private async dropLost(): Promise<number> {
    const reasons = await Promise.all(
      [...this.ways.values()].map(async (way) => {
        const reason = way.connected === null ? null : await whyLost(way.connected);
        if (reason === null) return null;
        void way.connected?.runner.close();
        way.connected = null;
        way.reason = reason;
        return reason;
      }),
    );
    return reasons.filter((reason) => reason !== null).length;
  }

  private forgetOthers(routers: readonly (Router | null)[]): void {
    const wanted = new Set(routers.map(keyOf));
    for (const [key, { connected }] of this.ways) {
      if (wanted.has(key)) continue;
      this.ways.delete(key);
      void connected?.runner.close();
    }
  }
}

async function whyLost({ runner }: Connected): Promise<string | null> {
  try {
    await inTime(runner.run(['true']), probeSeconds);
    return null;
  } catch (error) {
    return lostWords(error);
  }
}

/** By what it is reached: under another address it is another one. */
function keyOf(router: Router | null): string {
  return router === null ? '' : JSON.stringify([router.name, router.ssh, router.sudo, [...router.devices]]);
}
