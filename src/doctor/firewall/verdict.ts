import ipaddr from 'ipaddr.js';
import { familyOf } from '../../model/ip.ts';
import type { Chain, Condition, Field, Hook, Rule, Ruleset, Verdict } from './ruleset.ts';

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

/** What is certain to throw a packet away; null: nothing, or it is not known. */
export function obstacleTo(packet: Packet, rulesets: readonly Ruleset[]): Obstacle | null {
  return obstaclesTo(packet, rulesets).find(({ isCertain }) => isCertain)?.obstacle ?? null;
}

/**
 * What throws a packet away unless a rule before it accepts that, which is not known: its conditions cannot be told; null where
 * there is no such, or where it is certain.
 */
export function doubtAbout(packet: Packet, rulesets: readonly Ruleset[]): Obstacle | null {
  const all = obstaclesTo(packet, rulesets);
  return all.some(({ isCertain }) => isCertain) ? null : (all[0]?.obstacle ?? null);
}

interface Found {
  readonly obstacle: Obstacle;
  readonly isCertain: boolean;
}

/** A rule that may apply or not counts as not applying where it drops. */
function obstaclesTo(packet: Packet, rulesets: readonly Ruleset[]): Found[] {
  return rulesets.flatMap(({ tool, chains }) =>
    basesOf(chains, packet).flatMap((chain): Found[] => {
      const end = walk(chain, packet, chains, 0);
      const { isCertain } = end;
      if (end.kind === 'drop') return [{ obstacle: { tool, chain: end.chain, rule: end.rule }, isCertain }];
      if (end.kind !== 'return' || chain.policy !== 'drop') return [];
      return [{ obstacle: { tool, chain, rule: null }, isCertain }];
    }),
  );
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

/** It is certain unless a rule on the way there may have ended it otherwise. */
type End = { readonly isCertain: boolean } & (
  | { readonly kind: 'accept' | 'masquerade' | 'return' }
  | { readonly kind: 'drop'; readonly chain: Chain; readonly rule: Rule }
);

/** Chains do not lead in circles; where they seem to, nothing can be told. */
const deepest = 32;

function walk(chain: Chain, packet: Packet, chains: readonly Chain[], depth: number): End {
  let isCertain = depth <= deepest;
  if (!isCertain) return { kind: 'return', isCertain };
  for (const rule of chain.rules) {
    const applies = matches(rule.conditions, packet);
    const { verdict } = rule;
    if (applies === 'no' || verdict.kind === 'continue') continue;
    const end = endOf(verdict, { chain, rule }, packet, chains, depth);
    if (end === null) {
      isCertain = false;
      continue;
    }
    const isEnd = end.kind !== 'return' || verdict.kind === 'return' || verdict.kind === 'goto';
    if (isEnd && (applies === 'yes' || end.kind === 'masquerade')) {
      return { ...end, isCertain: isCertain && end.isCertain };
    }
    // What may drop a packet, as limits do, is not taken to do so.
    if (end.kind !== 'drop' && (isEnd || !end.isCertain)) isCertain = false;
  }
  return { kind: 'return', isCertain };
}

/** Null where it is not known what the rule does. */
function endOf(
  verdict: Exclude<Verdict, { kind: 'continue' }>,
  place: { readonly chain: Chain; readonly rule: Rule },
  packet: Packet,
  chains: readonly Chain[],
  depth: number,
): End | null {
  if (verdict.kind === 'drop') return { kind: 'drop', ...place, isCertain: true };
  if (verdict.kind !== 'jump' && verdict.kind !== 'goto') return { kind: verdict.kind, isCertain: true };
  const next = chains.find(({ table, name }) => table === place.chain.table && name === verdict.chain);
  return next === undefined ? null : walk(next, packet, chains, depth + 1);
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
