import type { Decision } from '../../../src/weights/decisions.ts';
import { renderDecisions } from '../../../src/weights/decisions-file.ts';
import { decisionsPlace, monitorLock } from '../../../src/weights/decisions-place.ts';
import { usualDecision } from '../../weights/support/usual-decision.ts';
import type { SimulatedRouter } from './simulated-router.ts';

export interface Decided {
  /** By key of the real server. */
  readonly reals?: Readonly<Record<string, Partial<Decision>>>;
  readonly sorry?: boolean;
  /** Whether the monitor lives. */
  readonly alive?: boolean;
}

/** Puts down what the monitor of a router decided about the figure's virtual server. */
export function decide({ kernel }: SimulatedRouter, { reals = {}, sorry = false, alive = true }: Decided): void {
  const realServers = new Map(Object.entries(reals).map(([key, about]) => [key, { ...usualDecision, ...about }]));
  const virtualServers = new Map([['tcp://1.2.3.1:80', { sorry, realServers }]]);
  kernel.files.write(decisionsPlace, renderDecisions({ pid: 42, updated: usualDecision.since, virtualServers }));
  if (alive) kernel.files.locked.add(monitorLock);
  else kernel.files.locked.delete(monitorLock);
}

/** 192.168.1.2, which is down. */
export const firstDown: Decided = {
  reals: { '192.168.1.2:80': { weight: 0, health: 'down', reason: 'check failed: connection refused' } },
};
