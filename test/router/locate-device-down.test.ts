import { hostname } from 'node:os';
import { expect, test, vi } from 'vitest';
import type { Router } from '../../src/model/cluster.ts';
import { thisRouter } from '../../src/router/locate.ts';
import { figureCluster } from '../converge/support/simulated-pair.ts';

/** As of a machine whose devices are all down. */
vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  networkInterfaces: () => ({}),
}));

const router = (name: string, ssh: string): Router => ({ name, ssh: [ssh], sudo: false, devices: new Map() });

test.runIf(process.getuid?.() === 0)(
  'a router whose cable was pulled knows itself by the address that it has still',
  () => {
    vi.stubEnv('LVS_ROUTER', '');
    const here = (name: string, ssh = 'root@127.0.0.1') =>
      thisRouter({ ...figureCluster, routers: [router('other', 'root@192.0.2.1'), router(name, ssh)] })?.name;
    expect(here(hostname())).toBe(hostname());
    expect(here('lvs9')).toBe('lvs9');
    expect(here(hostname(), 'root@198.51.100.77')).toBeUndefined();
  },
);
