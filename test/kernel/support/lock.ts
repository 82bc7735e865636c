import type { TestHost } from './cluster.ts';
import { until } from './until.ts';

/** How long a router's lock is still held. */
export function secondsUntilFree(host: TestHost): Promise<number> {
  return until(
    `the lock of ${host.name} is free`,
    async () => (await host.run('flock -n /run/lvs/lock true')).status === 0,
  );
}
