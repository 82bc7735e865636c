import { Flags } from '@oclif/core';
import type { Changes } from '../config/edit/mapping.ts';
import type { Value } from '../config/edit/render.ts';
import type { Tunnel } from '../model/state.ts';

/** Options of virtual and real servers, named as the keys of lvs.yaml are. The configuration's own rules check the values. */

const option = (summary: string, helpValue: string) => Flags.string({ summary, helpValue });

const forwardOptions = {
  forward: option('How packets reach the real servers: masq, direct or tunnel.', 'METHOD'),
  'tunnel-type': option('With --forward tunnel: ipip, gue or gre.', 'TYPE'),
  'tunnel-port': option('With --tunnel-type gue: its UDP port.', 'PORT'),
  'tunnel-checksum': option('With gue and gre: none, csum or remcsum.', 'WORD'),
};

export const virtualServerOptions = {
  scheduler: option('rr, wrr, lc, wlc (default), sh, mh, … as the kernel has them.', 'NAME'),
  device: option('A device of its own for the address; by default the public one.', 'DEVICE'),
  label: option("The alias's label, eth0:1 for example.", 'LABEL'),
  floating: option('Addresses that a firewall mark floats, with commas between.', 'ADDRESSES'),
  family: option('Of a firewall mark without floating address: ipv4 or ipv6.', 'FAMILY'),
  persistent: option('Seconds for which a client stays with its real server; none to switch it off.', 'SECONDS'),
  netmask: option('Persistence for networks of clients: 255.255.255.0, or a prefix length for IPv6.', 'MASK'),
  'persistence-engine': option('sip, for example.', 'NAME'),
  flags: option("The scheduler's flags, with commas between: sh-port,sh-fallback.", 'FLAGS'),
  'one-packet': Flags.boolean({
    allowNo: true,
    summary: 'UDP and marks: schedule each datagram on its own; with --forward direct or tunnel.',
  }),
  'sorry-server': option('Where clients are sent when no real server is left.', 'ADDRESS'),
  ...forwardOptions,
};

export const realServerOptions = {
  weight: option('Its capacity; 1 by default.', 'NUMBER'),
  'upper-threshold': option('Connections above which no new ones come; none for no limit.', 'NUMBER'),
  'lower-threshold': option('Connections below which they come again.', 'NUMBER'),
  ...forwardOptions,
};

const lists: readonly string[] = ['floating', 'flags'];
const names = [...new Set([...Object.keys(virtualServerOptions), ...Object.keys(realServerOptions)])];

/**
 * The options that were given, as keys and values of lvs.yaml; `none` takes a key away. Tunnel options are one key there: they
 * are set within the tunnel that is declared, and go with it where forwarding becomes another.
 */
export function settingsOf(given: Readonly<Record<string, unknown>>, declared: Tunnel | null = null): Changes {
  const settings: Record<string, Value | null> = {};
  const tunnel: Record<string, Value | null> = {};
  for (const name of names) {
    const value = given[name];
    if (typeof value !== 'string' && typeof value !== 'boolean') continue;
    const [target, key] = name.startsWith('tunnel-') ? [tunnel, name.slice('tunnel-'.length)] : [settings, name];
    target[key] = value === 'none' && key !== 'checksum' ? null : parsedValue(name, value);
  }
  if (Object.keys(tunnel).length > 0)
    settings.tunnel = withoutNulls({ ...declaredTunnel(declared, tunnel), ...tunnel });
  else if (declared !== null && (given.forward ?? 'tunnel') !== 'tunnel') settings.tunnel = null;
  return settings;
}

/** What stays of the declared tunnel: nothing where it becomes one of another type. */
function declaredTunnel(declared: Tunnel | null, { type }: Record<string, Value | null>): Record<string, Value | null> {
  if (declared === null || (type !== undefined && type !== declared.type)) return {};
  const { checksum, port } = declared;
  return { type: declared.type, port, checksum: checksum === 'none' ? null : checksum };
}

function withoutNulls(record: Record<string, Value | null>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
}

function parsedValue(name: string, value: string | boolean): Value {
  if (typeof value === 'boolean') return value;
  if (lists.includes(name)) return value.split(',').filter((word) => word !== '');
  // As a number only where that says the same: the rules are to see what was typed.
  const number = Number(value);
  return /^\d+$/.test(value) && String(number) === value ? number : value;
}

/** The same for something new, where there is nothing to take away. */
export function specOf(address: string, settings: Changes): Record<string, Value> {
  return { address, ...withoutNulls({ ...settings }) };
}
