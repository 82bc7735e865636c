import { count } from '../model/count.ts';
import { exitStatus } from '../model/errors.ts';
import type { StatusDocument } from './status-document.ts';

/**
 * The first line of `lvs status --check`, as plugins of Nagios write theirs: what is wrong, and behind a bar the numbers to
 * record.
 */
export function checkLine({ routers, faults, critical, summary }: StatusDocument): string {
  const { virtualServers, realServers, serving, down, activeConnections, inactiveConnections, rates } = summary;
  const active = routers.filter(({ role }) => role === 'active').map(({ name }) => name);
  const who = active.length === 0 ? 'no router active' : `${active.join(' and ')} active`;
  const numbers = `${count(virtualServers, 'virtual server')}, ${serving} of ${count(realServers, 'real server')} serving`;
  const [first = '', ...others] = faults;
  const verdict =
    faults.length === 0
      ? `LVS OK: ${who}, ${numbers}`
      : `LVS ${critical.length > 0 ? 'CRITICAL' : 'WARNING'}: ${first}${others.length === 0 ? '' : ` (and ${others.length} more)`}`;
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

/** The forms of `--check`, by what they exit with: any fault is 1, or as plugins of Nagios do. */
export const checkForms = ['any', 'nagios'] as const;
export type CheckForm = (typeof checkForms)[number];

const nagios = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;

export function checkStatus({ faults, critical }: StatusDocument, form: CheckForm): number {
  if (form === 'any') return faults.length > 0 ? exitStatus.report : exitStatus.done;
  if (critical.length > 0) return nagios.critical;
  return faults.length > 0 ? nagios.warning : nagios.ok;
}

/** Where nothing can be said: the first line for Nagios, and the status. */
export function unknownStatus(message: string): { readonly line: string; readonly status: number } {
  return { line: `LVS UNKNOWN: ${message.replaceAll('|', '/')}`, status: nagios.unknown };
}
