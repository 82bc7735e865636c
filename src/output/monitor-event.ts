import { count } from '../model/count.ts';
import type { MonitorEvent } from '../monitor/events.ts';

/** One line for the journal, which adds the time. */
export function renderMonitorEvent(event: MonitorEvent): string {
  switch (event.type) {
    case 'weight': {
      const { virtualServer, realServer, oldWeight, newWeight, present, reason } = event;
      const change = present ? `weight ${oldWeight} -> ${newWeight}` : 'out of the table';
      if (realServer === null)
        return `${virtualServer}: the sorry server ${newWeight > 0 ? 'stands in' : 'steps back'}: ${reason}`;
      return `${virtualServer} -> ${realServer}: ${oldWeight === newWeight && present ? `weight ${newWeight}` : change}: ${reason}`;
    }
    case 'hindrance':
      return `${event.virtualServer} -> ${event.realServer}: ${event.reason ?? 'it can be observed again'}`;
    case 'configuration':
      return `configuration ${event.file}: ${count(event.realServers, 'real server')} in ${count(event.virtualServers, 'virtual server')}`;
    case 'bad-configuration':
      return `configuration ${event.file} is not used, the one before goes on: ${event.reason}`;
    case 'kernel':
      return event.reason === null
        ? 'the kernel has the weights again'
        : `the weights cannot be written: ${event.reason}`;
    case 'note':
      return event.reason;
    case 'end':
      return 'ended: the weights stay as they are';
  }
}
