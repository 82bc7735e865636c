import { monitorNotes } from '../../converge/monitor.ts';
import type { Surveyed } from '../../converge/survey.ts';
import { everyPart } from '../../converge/survey.ts';
import type { Desired } from '../../plan/desired.ts';
import { planRelease, planTakeover } from '../../plan/local-halves.ts';
import { promotionSettings } from '../../plan/promotion.ts';
import type { RouterPlan } from '../../plan/router-plan.ts';
import type { Wanted } from '../../router/read.ts';

/** One half of a failover: what it looks at, and what it would change. */
export interface Half {
  /** As it is typed. */
  readonly name: 'takeover' | 'release';
  readonly wanted: (desired: Desired) => Wanted;
  readonly plan: (router: Surveyed) => RouterPlan;
}

export const takeover: Half = {
  name: 'takeover',
  wanted: (desired) => ({
    ...everyPart(desired),
    election: false,
    rules: declaresThresholds(desired) ? 'whole' : 'without-thresholds',
    syncDaemons: desired.syncDaemons !== null,
  }),
  plan: (router) => ({ ...planTakeover(router), notes: [...monitorNotes(router), ...notForwarding(router)] }),
};

export const release: Half = {
  name: 'release',
  wanted: ({ devices }) => ({
    rules: 'none',
    settings: promotionSettings(devices),
    timeouts: false,
    syncDaemons: false,
    files: [],
    election: false,
  }),
  plan: planRelease,
};

/** What is in the kernel already is left alone, so that undeclared thresholds make no difference. */
function declaresThresholds({ virtualServers }: Desired): boolean {
  return [...virtualServers.values()].some(({ realServers }) =>
    [...realServers.values()].some(({ upperThreshold, lowerThreshold }) => upperThreshold > 0 || lowerThreshold > 0),
  );
}

/** No reason to hold back: where nobody else serves, what passes without forwarding passes at least. */
function notForwarding({ live }: Surveyed): string[] {
  if (live.settings.get('net.ipv4.ip_forward') !== '0') return [];
  return [
    'net.ipv4.ip_forward is 0: replies of masqueraded real servers do not pass ("sysctl -w net.ipv4.ip_forward=1")',
  ];
}
