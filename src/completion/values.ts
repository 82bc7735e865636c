import { schedulers } from '../model/schedulers.ts';
import type { Candidate, Names } from './names.ts';

/** What can stand in a place of a command line; `files`: the shell knows better. */
export type Values = readonly Candidate[] | 'files';

const devices = ({ devices: known }: Names) => plain(known);
const routers = ({ routers: known }: Names) => known;
const everyReal = ({ virtualServers }: Names) => plain(virtualServers.flatMap(({ realServers }) => realServers));
const words =
  (...known: string[]) =>
  () =>
    plain(known);

/** By the name of the option. */
const ofOptions: Readonly<Record<string, (names: Names) => Values>> = {
  config: () => 'files',
  output: () => 'files',
  on: routers,
  to: routers,
  all: everyReal,
  device: devices,
  'public-device': devices,
  'private-device': devices,
  scheduler: () => Object.entries(schedulers).map(([word, description]) => ({ word, description })),
  forward: words('masq', 'direct', 'tunnel'),
  'tunnel-type': words('ipip', 'gue', 'gre'),
  'tunnel-checksum': words('none', 'csum', 'remcsum'),
  family: words('ipv4', 'ipv6'),
  interval: words('1s', '2s', '5s', '10s'),
  timeout: words('1m', '5m', '10m', 'none'),
};

/** Nothing is known of other options. */
export function valuesOfOption(name: string, names: Names): Values {
  return ofOptions[name]?.(names) ?? [];
}

/**
 * By the name of the argument.
 * @param before the arguments that stand before it
 */
export function valuesOfArgument(name: string, before: readonly string[], names: Names): Values {
  switch (name) {
    case 'vip':
      return names.virtualServers.flatMap(({ name: word, address }) => [
        { word, description: address },
        ...(address === '' ? [] : [{ word: address, description: word }]),
      ]);
    case 'real':
      return realServersOf(before[0] ?? '', names);
    case 'file':
      return 'files';
    default:
      return [];
  }
}

/** Of the virtual server that a word names; of all, where it is none that is written out. */
function realServersOf(vip: string, names: Names): Candidate[] {
  const named = names.virtualServers.filter(({ name, address }) => name === vip || address.endsWith(vip));
  const servers = named.length > 0 ? named : names.virtualServers;
  return plain(servers.flatMap(({ realServers }) => realServers));
}

function plain(known: readonly string[]): Candidate[] {
  return [...new Set(known)].map((word) => ({ word, description: '' }));
}
