import type { Settings, Value } from '../config/edit/render.ts';

/**
 * The keys of a virtual server that say how it is monitored, as lvs.yaml has them: what a format's checks and their
 * consequences come to.
 */
export const monitoringKeys = ['check', 'on-failure', 'slow-start', 'load', 'sorry-server', 'when-all-fail'] as const;

export type Monitoring = Readonly<Partial<Record<(typeof monitoringKeys)[number], Value>>>;

/** A check without the values that are lvs.yaml's own defaults. */
export function withoutDefaults(check: Settings): Value {
  const defaults: Settings = { interval: 2, timeout: 1, rise: 2, fall: 3 };
  const stated = Object.fromEntries(Object.entries(check).filter(([key, value]) => defaults[key] !== value));
  return Object.keys(stated).join() === 'tcp' ? 'tcp' : stated;
}
