import type { Settings, Value } from '../config/edit/render.ts';
import type { monitoringKeys } from '../config/schema/monitoring.ts';

/** How a virtual server is monitored, in lvs.yaml's words: what a format's checks and their consequences come to. */
export type Monitoring = Readonly<Partial<Record<keyof typeof monitoringKeys, Value>>>;

/** A check without the values that are lvs.yaml's own defaults. */
export function withoutDefaults(check: Settings): Value {
  const defaults: Settings = { interval: 2, timeout: 1, rise: 2, fall: 3 };
  const stated = Object.fromEntries(Object.entries(check).filter(([key, value]) => defaults[key] !== value));
  return Object.keys(stated).join() === 'tcp' ? 'tcp' : stated;
}

/** What becomes of real servers that are down, unless that is lvs.yaml's own default. */
export function onFailure(quiesce: boolean): Monitoring {
  return quiesce ? {} : { 'on-failure': 'remove' };
}
