import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import type { Router } from '../model/cluster.ts';
import { count } from '../model/count.ts';
import { LvsError } from '../model/errors.ts';
import { wantedWeights } from '../plan/wanted-weights.ts';
import type { ServerDecisions } from '../weights/decisions.ts';
import type { ConfigSource } from './config-source.ts';
import type { Say } from './events.ts';
import { Judge } from './judge.ts';
import { Observations } from './observations.ts';
import type { Outlet } from './outlet.ts';
import { Timetable, usualLimits } from './probes/timetable.ts';
import type { ServiceManager } from './service-manager.ts';
import { monitored, type NamedTarget, SshLoads, sshDestinations, targetsOf } from './targets.ts';

export interface MonitorParts {
  readonly source: ConfigSource;
  /** Which router this machine is, under a configuration. Throws where it is none. */
  readonly routerIn: (config: Config) => Router | null;
  /** What was decided before. */
  readonly former: ReadonlyMap<string, ServerDecisions>;
  /** Null: what is decided is only told. */
  readonly outlet: Outlet | null;
  readonly manager: ServiceManager;
  readonly say: Say;
}

/** Milliseconds from one look at what was observed to the next. */
const tick = 200;

/** Ticks from one look at the configuration's file to the next. */
const ticksPerLook = 5;

/** Observes all real servers, and has their weights follow. */
export class Monitor {
  readonly timetable: Timetable;
  readonly observations: Observations;
  readonly judge: Judge;
  private readonly parts: MonitorParts;
  private readonly loads = new SshLoads();
  private readonly targets = new Map<string, () => Promise<void>>();
  private config: Config;
  private router: Router | null;

  /** Throws where the configuration cannot be followed. */
  constructor(parts: MonitorParts) {
    this.parts = parts;
    const { say } = parts;
    this.timetable = new Timetable({
      limits: usualLimits(availableParallelism()),
      onError: (error) => say({ type: 'note', reason: `a check went wrong: ${String(error)}` }),
    });
    this.observations = new Observations((hindrance) => say({ type: 'hindrance', ...hindrance }));
    this.judge = new Judge(parts.former);
    this.config = parts.source.first;
    this.router = parts.routerIn(this.config);
    this.follow(this.config);
  }

  /** Goes on until it is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { manager } = this.parts;
    await this.decide(true);
    manager.ready();
    for (let ticks = 1; !signal.aborted; ticks += 1) {
      await pause(tick, undefined, { signal }).catch(() => {});
      const looks = ticks % ticksPerLook === 0;
      if (looks) await this.parts.outlet?.look();
      const reread = looks && this.reread();
      await this.decide(reread);
      manager.alive(performance.now() / 1000);
    }
    manager.stopping();
  }

  /** Ends all observing; the weights stay as they are. */
  async end(): Promise<void> {
    await this.timetable.stop();
    this.loads.keep(new Set());
  }

  private async decide(all: boolean): Promise<void> {
    const { outlet, say, source } = this.parts;
    const { events, touched } = this.judge.judge(this.observations.take(), Date.now() / 1000, all);
    for (const event of events) say({ type: 'weight', ...event });
    if (outlet === null || (!touched && outlet.settled)) return;
    const { decisions } = this.judge;
    await outlet.publish(decisions);
    // Whoever had the lock before may have written another configuration, too.
    const wanted = wantedWeights(this.config.cluster, this.router, decisions);
    await outlet.write(wanted, () => !source.changed, performance.now() / 1000);
  }

  /** @returns whether another configuration is followed now */
  private reread(): boolean {
    const { source, routerIn, say } = this.parts;
    if (!source.changed) return false;
    try {
      const config = source.again();
      const router = routerIn(config);
      this.follow(config);
      this.config = config;
      this.router = router;
      return true;
    } catch (error) {
      const reason = error instanceof LvsError ? reasonOf(error) : String(error);
      say({ type: 'bad-configuration', file: this.config.file, reason });
      return false;
    }
  }

  /** Observes what it declares; what stays as it was is not interrupted. Throws with nothing changed. */
  private follow({ cluster, file }: Config): void {
    const wanted = new Map<string, NamedTarget>(
      targetsOf(cluster, this.observations, this.loads).map((target) => [target.name, target]),
    );
    for (const [name, withdraw] of this.targets) {
      if (wanted.has(name)) continue;
      this.targets.delete(name);
      void withdraw();
    }
    for (const [name, { target }] of wanted) {
      if (!this.targets.has(name)) this.targets.set(name, this.timetable.add(target));
    }
    this.loads.keep(sshDestinations(cluster));
    this.judge.configure(cluster);
    const servers = monitored(cluster);
    const realServers = servers.reduce((sum, server) => sum + server.realServers.length, 0);
    this.parts.say({ type: 'configuration', file, virtualServers: servers.length, realServers });
    this.parts.manager.status(`${count(realServers, 'real server')} in ${count(servers.length, 'virtual server')}`);
  }
}

function reasonOf({ message, details }: LvsError): string {
  return [message, ...details.map((detail) => detail.message)].join('; ');
}
