import ipaddr from 'ipaddr.js';
import { familyOf } from '../../model/ip.ts';
import type { Chain, Condition, Field, Hook, Rule, Ruleset } from './ruleset.ts';

/** A packet as it comes by a hook. What is undefined may be anything. */
export interface Packet {
  readonly hook: Hook;
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'vrrp';
  readonly source: string;
  readonly destination: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly in?: string;
  readonly out?: string;
  /** As connection tracking sees it. */
  readonly state: 'new' | 'established' | 'invalid' | 'untracked';
}

/** What throws a packet away. */
export interface Obstacle {
  readonly tool: Ruleset['tool'];
  readonly chain: Chain;
  /** Null: the chain's policy. */
  readonly rule: Rule | null;
}

/**
 * What is certain to throw a packet away; null: nothing, or it cannot be told. A rule that may apply or not counts as not
 * applying where it drops, and as applying where it accepts.
 */
export function obstacleTo(packet: Packet, rulesets: readonly Ruleset[]): Obstacle | null {
  for (const { tool, chains } of rulesets) {
    for (const chain of basesOf(chains, packet)) {
      const end = walk(chain, packet, chains, 0);
      if (end.kind === 'drop') return { tool, chain: end.chain, rule: end.rule };
      if (end.kind === 'return' && chain.policy === 'drop' && end.isCertain) return { tool, chain, rule: null };
    }
  }
  return null;
}

/** Whether a rule rewrites the source of such a packet, or may. */
export function isMasqueraded(packet: Packet, rulesets: readonly Ruleset[]): boolean {
  return rulesets.some(({ chains }) =>
    basesOf(chains, packet).some((chain) => walk(chain, packet, chains, 0).kind === 'masquerade'),
  );
}

function basesOf(chains: readonly Chain[], packet: Packet): Chain[] {
  const family = familyOf(packet.destination);
  return chains.filter(({ hook, families }) => hook === packet.hook && families.includes(family));
}

type End =
  | { readonly kind: 'accept' }
  | { readonly kind: 'masquerade' }
  | { readonly kind: 'drop'; readonly chain: Chain; readonly rule: Rule }
  | { readonly kind: 'return'; readonly isCertain: boolean };

/** Chains do not lead in circles; where they seem to, nothing can be told. */
const deepest = 32;

function walk(chain: Chain, packet: Packet, chains: readonly Chain[], depth: number): End {
  let isCertain = true;
  if (depth > deepest) return { kind: 'accept' };
  for (const rule of chain.rules) {
    const applies = matches(rule.conditions, packet);
    if (applies === 'no') continue;
    const { verdict } = rule;
    if (verdict.kind === 'continue') continue;
    if (verdict.kind === 'accept' || verdict.kind === 'masquerade') return { kind: verdict.kind };
    if (verdict.kind === 'drop') {
      if (applies === 'yes' && isCertain) return { kind: 'drop', chain, rule };
      continue;
    }
    if (verdict.kind === 'return') {
      if (applies === 'yes') return { kind: 'return', isCertain };
      isCertain = false;
      continue;
    }
    const next = chains.find(({ table, name }) => table === chain.table && name === verdict.chain);
    const end: End = next === undefined ? { kind: 'accept' } : walk(next, packet, chains, depth + 1);
    if (end.kind === 'accept' || end.kind === 'masquerade') return end;
    if (end.kind === 'drop') {
      if (applies === 'yes' && isCertain) return end;
      continue;
    }
    if (!end.isCertain) isCertain = false;
    if (verdict.kind === 'goto') {
      if (applies === 'yes') return { kind: 'return', isCertain };
      isCertain = false;
    }
  }
  return { kind: 'return', isCertain };
}

type Answer = 'yes' | 'no' | 'maybe';

function matches(conditions: readonly Condition[], packet: Packet): Answer {
  let all: Answer = 'yes';
  for (const condition of conditions) {
    const answer = meets(condition, packet);
    if (answer === 'no') return 'no';
    if (answer === 'maybe') all = 'maybe';
  }
  return all;
}

function meets(condition: Condition, packet: Packet): Answer {
  if (condition.field === 'unknown') return 'maybe';
  const value = textOf(packet, condition.field);
  if (value === undefined) return 'maybe';
  const among = condition.values.map((each) => isAmong(value, each, condition.field));
  if (among.includes(null)) return 'maybe';
  return among.includes(true) === condition.not ? 'no' : 'yes';
}

const protocolNumbers: Readonly<Record<string, string>> = { tcp: '6', udp: '17', vrrp: '112', sctp: '132' };

function textOf(packet: Packet, field: Field): string | undefined {
  switch (field) {
    case 'protocol':
      return packet.protocol;
    case 'source':
    case 'destination':
    case 'in':
    case 'out':
    case 'state':
      return packet[field];
    case 'source-port':
      return packet.sourcePort?.toString();
    case 'destination-port':
      return packet.destinationPort?.toString();
    case 'family':
      return familyOf(packet.destination);
  }
}

/** Null: it cannot be told. */
function isAmong(value: string, pattern: string, field: Field): boolean | null {
  switch (field) {
    case 'protocol':
      return pattern === 'all' || pattern === '0' || pattern === value || pattern === protocolNumbers[value];
    case 'source':
    case 'destination':
      return isInNetwork(value, pattern);
    case 'source-port':
    case 'destination-port':
      return isInRange(Number(value), pattern);
    case 'in':
    case 'out':
      return /[+*]$/.test(pattern) ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
    case 'state':
      return pattern.toLowerCase() === value;
    case 'family':
      return pattern === value;
  }
}

function isInNetwork(address: string, pattern: string): boolean | null {
  if (pattern.includes('-')) return null;
  try {
    const [network = '', bits] = pattern.split('/');
    const [a, n] = [ipaddr.parse(address), ipaddr.parse(network)];
    if (a.kind() !== n.kind()) return false;
    const most = n.kind() === 'ipv6' ? 128 : 32;
    const prefix = bits === undefined ? most : prefixOf(bits);
    return prefix === null ? null : a.match(n, prefix);
  } catch {
    return null;
  }
}

function prefixOf(bits: string): number | null {
  return bits.includes('.') ? ipaddr.IPv4.parse(bits).prefixLengthFromSubnetMask() : Number(bits);
}

function isInRange(port: number, pattern: string): boolean | null {
  const [from = '', to = from] = pattern.split(/[:-]/);
  const [low, high] = [from === '' ? 0 : Number(from), to === '' ? 65535 : Number(to)];
  return Number.isNaN(low) || Number.isNaN(high) ? null : low <= port && port <= high;
}
