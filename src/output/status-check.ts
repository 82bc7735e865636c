import { count } from '../model/count.ts';
import type { StatusDocument } from './status-document.ts';

/**
 * The first line of `lvs status --check`, as plugins of Nagios write theirs: what is wrong, and behind a bar the numbers to
 * record.
 */
export function checkLine({ routers, faults, summary }: StatusDocument): string {
  const { virtualServers, realServers, serving, down, activeConnections, inactiveConnections, rates } = summary;
  const active = routers.filter(({ role }) => role === 'active').map(({ name }) => name);
  const who = active.length === 0 ? 'no router active' : `${active.join(' and ')} active`;
  const numbers = `${count(virtualServers, 'virtual server')}, ${serving} of ${count(realServers, 'real server')} serving`;
  const [first = '', ...others] = faults;
  const verdict =
    faults.length === 0
      ? `LVS OK: ${who}, ${numbers}`
      : `LVS WARNING: ${first}${others.length === 0 ? '' : ` (and ${others.length} more)`}`;
  const values = [
    `active=${activeConnections}`,
    `inactive=${inactiveConnections}`,
    `serving=${serving};;;0;${realServers}`,
    `down=${down}`,
    `faults=${faults.length}`,
    ...(rates === undefined ? [] : [`connections_per_second=${rates.connections}`]),
  ];
  // A bar of its own would begin the numbers.
  return `${verdict.replaceAll('|', '/')} | ${values.join(' ')}`;
}
