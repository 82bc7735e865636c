import { hostname } from 'node:os';
import type { Config } from '../config/config.ts';
import { withInterrupts } from '../converge/interrupts.ts';
import { requireHere } from '../failover/local/here.ts';
import { thisRouter } from '../router/locate.ts';
import { ConfigSource } from './config-source.ts';
import { DecisionsKeeper } from './decisions-keeper.ts';
import type { Say } from './events.ts';
import type { Listen } from './listen.ts';
import { Monitor } from './monitor.ts';
import { Outlet } from './outlet.ts';
import { ServiceManager } from './service-manager.ts';
import { WeightsWriter } from './weights-writer.ts';

export interface MonitorOrder {
  /** The configuration's file, and how it is read. */
  readonly path: string;
  readonly read: () => Config;
  /** Observe and tell only. */
  readonly dryRun: boolean;
  /** Where metrics are served; null: nowhere. */
  readonly metrics: Listen | null;
  readonly say: Say;
}

/** Runs a monitor on this machine until a signal ends it. Throws where it cannot begin: then nothing was changed. */
export async function runMonitor({ path, read, dryRun, metrics, say }: MonitorOrder): Promise<void> {
  const source = new ConfigSource(path, read);
  const routerIn = ({ cluster }: Config) => {
    requireHere(cluster);
    return thisRouter(cluster);
  };
  const router = routerIn(source.first);
  const claimed = dryRun ? null : await DecisionsKeeper.claim();
  const { virtualServers: former, fault } = claimed?.former ?? { virtualServers: new Map(), fault: null };
  if (fault !== null) say({ type: 'note', reason: `what was decided before cannot be read: ${fault}` });
  const outlet = claimed && new Outlet(claimed.keeper, new WeightsWriter(router, router?.name ?? hostname()), say);
  try {
    const monitor = new Monitor({ source, routerIn, former, outlet, manager: new ServiceManager(), say });
    try {
      const served = metrics && (await (await import('./metrics.ts')).serveMetrics(metrics, monitor));
      await withInterrupts((signal) => monitor.run(signal));
      await served?.close();
    } finally {
      // What it observes with would keep the process from ending.
      await monitor.end();
    }
  } finally {
    await outlet?.close();
  }
  say({ type: 'end' });
}
