import type { RouterState } from '../../model/state.ts';
import type { Command, Stage } from '../../plan/change.ts';
import { refreshPeriod } from '../../plan/left-behind.ts';

/**
 * The sync daemon keeps what it has to tell until there is more to tell, for up to two seconds, and when new connections are
 * held back there is less: the last ones before would not be known to the other router. Without a refresh period every packet
 * is told of, so that one connection's tale goes out with the next packet of any.
 */
export function tellEverything(live: RouterState): Command[] {
  return hasPeriod(live) ? [set('hold', '0')] : [];
}

export function tellAsBefore(live: RouterState, stage: Stage): Command[] {
  return hasPeriod(live) ? [set(stage, periodOf(live))] : [];
}

/** Its value before, in seconds; 0 also where the kernel has none. */
export function periodOf({ settings }: RouterState): string {
  return settings.get(refreshPeriod) ?? '0';
}

function hasPeriod(live: RouterState): boolean {
  return periodOf(live) !== '0';
}

function set(stage: Stage, value: string): Command {
  return { stage, argv: ['sysctl', '-w', `${refreshPeriod}=${value}`] };
}
