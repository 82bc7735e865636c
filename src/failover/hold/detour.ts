import { familyOf, fullPrefix } from '../../model/ip.ts';
import type { Family, HeldAddress } from '../../model/state.ts';
import type { Command } from '../../plan/change.ts';
import { detourTables } from '../../plan/left-behind.ts';

/** A network over which real servers answer, and the other router's own address on it. */
export interface WayBack {
  readonly device: string;
  readonly via: string;
}

/** What leads where once the addresses have moved. */
export interface Detour {
  /** The virtual servers' addresses. */
  readonly addresses: readonly HeldAddress[];
  readonly waysBack: readonly WayBack[];
}

const [requests, replies] = detourTables;

/**
 * The detour by the old router, for those who do not know yet that the addresses have moved: once they have, it passes on what
 * it does not know itself. Until then it knows everything, so the detour can be there beforehand and changes nothing.
 *
 * What clients send goes to the address's new holder; what real servers answer in connections that were made over there goes
 * to that router's own address, by which it comes to rewrite it.
 */
export function makeDetour(detour: Detour): Command[] {
  const { addresses, waysBack } = detour;
  // One way leads to an address, however many devices have it.
  const hosts = [...new Map(addresses.map((held) => [held.address, held])).values()];
  const commands = [
    ...hosts.map(({ address, device }) => {
      const host = `${address}/${fullPrefix(familyOf(address))}`;
      return ['ip', 'route', 'add', host, 'dev', device, 'table', requests];
    }),
    ...waysBack.map(({ device, via }) => {
      const everywhere = familyOf(via) === 'ipv6' ? '::/0' : '0.0.0.0/0';
      return ['ip', 'route', 'add', everywhere, 'via', via, 'dev', device, 'onlink', 'table', replies];
    }),
    ...rulesOf(detour).map(({ family, device, table }) => {
      return [...ip(family), 'rule', 'add', 'iif', device, 'lookup', table, 'pref', table];
    }),
  ];
  return commands.map((argv) => ({ stage: 'prepare', argv }));
}

interface Rule {
  readonly family: Family;
  readonly device: string;
  readonly table: string;
}

/** One for each device and family. */
function rulesOf({ addresses, waysBack }: Detour): Rule[] {
  const rules = [
    ...addresses.map(({ address, device }) => ({ family: familyOf(address), device, table: requests })),
    ...waysBack.map(({ via, device }) => ({ family: familyOf(via), device, table: replies })),
  ];
  return [...new Map(rules.map((rule) => [`${rule.family} ${rule.device} ${rule.table}`, rule])).values()];
}

/** Rules have no address by which ip(8) could tell their family. */
function ip(family: Family): string[] {
  return family === 'ipv6' ? ['ip', '-6'] : ['ip'];
}
