import type { RouterState } from '../../model/state.ts';
import type { Command, Stage } from '../../plan/change.ts';

const period = 'net.ipv4.vs.sync_refresh_period';

/**
 * The sync daemon keeps what it has to tell until there is more to tell, for up to two seconds, and when new connections are
 * held back there is less: the last ones before would not be known to the other router. Without a refresh period every packet
 * is told of, so that one connection's tale goes out with the next packet of any.
 */
export function tellEverything(live: RouterState): Command[] {
  return hasPeriod(live) ? [set('hold', '0')] : [];
}

export function tellAsBefore(live: RouterState, stage: Stage): Command[] {
  return hasPeriod(live) ? [set(stage, live.settings.get(period) ?? '0')] : [];
}

function hasPeriod({ settings }: RouterState): boolean {
  return (settings.get(period) ?? '0') !== '0';
}

function set(stage: Stage, value: string): Command {
  return { stage, argv: ['sysctl', '-w', `${period}=${value}`] };
}
