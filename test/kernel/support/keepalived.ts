import { figureFile } from '../../../src/rehearsal/figure.ts';
import type { TestHost } from './cluster.ts';
import { until } from './until.ts';

/** The figure's lvs.yaml, with keepalived to move the addresses. */
export const electedFigure = figureFile.replace(
  /^virtual-servers:/m,
  'failover: { engine: keepalived, advert-interval: 0.1 }\n\nvirtual-servers:',
);

/** Stops keepalived on all of the routers, and waits for its end. */
export async function stopKeepalived(routers: readonly TestHost[]): Promise<void> {
  for (const router of routers) await router.run('pkill -TERM -o -x keepalived');
  for (const router of routers) {
    await until('the end of keepalived', async () => (await router.run('pgrep -x keepalived')).status === 1);
  }
}
