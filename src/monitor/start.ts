import { hostname } from 'node:os';
import type { Config } from '../config/config.ts';
import { withInterrupts } from '../converge/interrupts.ts';
import { requireHere } from '../failover/local/here.ts';
import { thisRouter } from '../router/locate.ts';
import type { ServerDecisions } from '../weights/decisions.ts';
import { decisionsPlace } from '../weights/decisions-place.ts';
import { formerWeights } from '../weights/former-weights.ts';
import { ConfigSource } from './config-source.ts';
import { DecisionsKeeper, type Former } from './decisions-keeper.ts';
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
  const writer = claimed && new WeightsWriter(router, router?.name ?? hostname());
  const outlet = claimed && writer && new Outlet(claimed.keeper, writer, say);
  try {
    const former = await formerOf(claimed?.former ?? null, source.first, writer, say);
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

/** What the monitor before this one decided; if that cannot be read, as far as the kernel shows it. Throws `read-failed`. */
async function formerOf(former: Former | null, { cluster }: Config, writer: WeightsWriter | null, say: Say) {
  if (writer === null || former === null || former.fault === null)
    return former?.virtualServers ?? new Map<string, ServerDecisions>();
  const reason = `${decisionsPlace} cannot be read, so it goes on from the weights in the kernel: ${former.fault}`;
  say({ type: 'note', reason });
  return formerWeights(cluster, await writer.rules(), Date.now() / 1000);
}
