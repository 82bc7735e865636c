import type { Family } from '../../model/state.ts';
import {
  type Chain,
  type Condition,
  type Field,
  type Hook,
  type Rule,
  type Ruleset,
  unknown,
  type Verdict,
} from './ruleset.ts';

type Json = Readonly<Record<string, unknown>>;

const families: ReadonlyMap<unknown, readonly Family[]> = new Map([
  ['ip', ['ipv4']],
  ['ip6', ['ipv6']],
  ['inet', ['ipv4', 'ipv6']],
]);

const hooks: ReadonlyMap<unknown, Hook> = new Map(
  (['input', 'forward', 'output', 'prerouting', 'postrouting'] as const).map((hook) => [hook, hook]),
);

/**
 * Reads what `nft -j list ruleset` prints: see libnftables-json(5); no rules where it is no JSON of that kind. What cannot be
 * understood counts as a condition that cannot be told.
 */
export function parseNft(text: string): Ruleset {
  const chains = new Map<string, Chain & { readonly rules: Rule[] }>();
  for (const { chain, rule } of entriesOf(text)) {
    if (isObject(chain)) {
      const { family, table, name, hook, policy } = chain;
      const known = families.get(family);
      if (known === undefined || typeof table !== 'string' || typeof name !== 'string') continue;
      chains.set(`${family} ${table} ${name}`, {
        table: `${family} ${table}`,
        name,
        families: known,
        hook: hooks.get(hook) ?? null,
        policy: policy === 'drop' ? 'drop' : 'accept',
        rules: [],
      });
    }
    if (isObject(rule)) {
      const [family, table, name] = [rule.family, rule.table, rule.chain].map(wordOf);
      const place = chains.get(`${family} ${table} ${name}`);
      for (const each of rulesOf(Array.isArray(rule.expr) ? rule.expr : [])) place?.rules.push(each);
    }
  }
  return { tool: 'nft', chains: [...chains.values()] };
}

/** More levels within each other than any ruleset has; who walks through them needs some of the stack for each. */
const mostLevels = 200;

function entriesOf(text: string): Json[] {
  try {
    const listing: unknown = JSON.parse(text);
    if (!isObject(listing) || !Array.isArray(listing.nftables) || isDeeper(listing, mostLevels)) return [];
    return listing.nftables.filter(isObject);
  } catch {
    return [];
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
}

/** One, or one for each pair of a verdict map. */
function rulesOf(expressions: readonly unknown[]): Rule[] {
  const conditions: Condition[] = [];
  const text = JSON.stringify(expressions);
  for (const expression of expressions) {
    if (!isObject(expression)) {
      conditions.push(unknown);
      continue;
    }
    const { match, vmap } = expression;
    if (vmap !== undefined) return rulesOfMap(vmap, conditions, text);
    const verdict = verdictOf(expression);
    if (verdict !== null) return [{ conditions, verdict, text }];
    if (match !== undefined) conditions.push(...conditionsOf(match));
    else if (!passing.some((name) => name in expression)) conditions.push(unknown);
  }
  return [{ conditions, verdict: { kind: 'continue' }, text }];
}

/** Statements after which a packet goes on. */
const passing = ['counter', 'log', 'comment', 'mangle', 'notrack'];

function verdictOf(expression: Json): Verdict | null {
  if ('accept' in expression) return { kind: 'accept' };
  if ('drop' in expression || 'reject' in expression) return { kind: 'drop' };
  if ('return' in expression) return { kind: 'return' };
  if ('masquerade' in expression || 'snat' in expression) return { kind: 'masquerade' };
  for (const kind of ['jump', 'goto'] as const) {
    const target = expression[kind];
    if (isObject(target) && typeof target.target === 'string') return { kind, chain: target.target };
  }
  return null;
}

function rulesOfMap(vmap: unknown, conditions: readonly Condition[], text: string): Rule[] {
  const pairs = isObject(vmap) && isObject(vmap.data) ? vmap.data.set : undefined;
  if (!isObject(vmap) || !Array.isArray(pairs))
    return [{ conditions: [...conditions, unknown], verdict: { kind: 'accept' }, text }];
  return pairs.flatMap((pair: unknown) => {
    if (!Array.isArray(pair) || !isObject(pair[1])) return [];
    const verdict = verdictOf(pair[1]);
    if (verdict === null) return [];
    return [
      { conditions: [...conditions, ...conditionsOf({ op: '==', left: vmap.key, right: pair[0] })], verdict, text },
    ];
  });
}

const operators: readonly unknown[] = ['==', 'in', '!='];

/** The match, and what it says by the protocol whose header it looks into. */
function conditionsOf(match: unknown): Condition[] {
  if (!isObject(match)) return [unknown];
  const field = fieldOf(match.left);
  const values = valuesOf(match.right);
  const implied = impliedBy(match.left);
  if (field === null || values === null || !operators.includes(match.op)) return [...implied, unknown];
  const condition = { field, values: values.map((value) => familyWord(field, value)), not: match.op === '!=' };
  return [...implied, condition];
}

/** Whose headers a rule can look into. */
const transports = ['tcp', 'udp', 'udplite', 'sctp', 'dccp', 'icmp', 'icmpv6', 'igmp', 'ah', 'esp', 'comp', 'gre'];

function impliedBy(left: unknown): Condition[] {
  const protocol = isObject(left) && isObject(left.payload) ? (wordOf(left.payload.protocol) ?? '') : '';
  if (protocol === 'ip' || protocol === 'ip6') {
    return [{ field: 'family', values: [protocol === 'ip' ? 'ipv4' : 'ipv6'], not: false }];
  }
  return transports.includes(protocol) ? [{ field: 'protocol', values: [protocol], not: false }] : [];
}

function familyWord(field: Field, value: string): string {
  return field === 'family' ? (value === 'ipv6' || value === '10' ? 'ipv6' : 'ipv4') : value;
}

const metaFields: ReadonlyMap<unknown, Field> = new Map([
  ['iifname', 'in'],
  ['iif', 'in'],
  ['oifname', 'out'],
  ['oif', 'out'],
  ['l4proto', 'protocol'],
  ['nfproto', 'family'],
]);

const payloadFields: ReadonlyMap<unknown, Field> = new Map([
  ['saddr', 'source'],
  ['daddr', 'destination'],
  ['protocol', 'protocol'],
  ['nexthdr', 'protocol'],
  ['sport', 'source-port'],
  ['dport', 'destination-port'],
]);

function fieldOf(left: unknown): Field | null {
  if (!isObject(left)) return null;
  const { meta, payload, ct } = left;
  if (isObject(meta)) return metaFields.get(meta.key) ?? null;
  if (isObject(payload)) return payloadFields.get(payload.field) ?? null;
  return isObject(ct) && ct.key === 'state' ? 'state' : null;
}

/** Null: they stand elsewhere, or cannot be understood. */
function valuesOf(right: unknown): string[] | null {
  if (typeof right === 'number' || typeof right === 'string') {
    const word = String(right);
    return word.startsWith('@') ? null : [word];
  }
  const several = Array.isArray(right) ? right : isObject(right) ? right.set : undefined;
  if (Array.isArray(several)) return allOf(several.map(valuesOf))?.flat() ?? null;
  if (!isObject(right)) return null;
  const { prefix, range, elem } = right;
  if (isObject(prefix)) return joined([prefix.addr, prefix.len], '/');
  if (Array.isArray(range)) return joined(range, '-');
  return isObject(elem) ? valuesOf(elem.val) : null;
}

function joined(parts: readonly unknown[], separator: string): string[] | null {
  const words = allOf(parts.map(wordOf));
  return words === null ? null : [words.join(separator)];
}

/** Null where any is. */
function allOf<T>(values: readonly (T | null)[]): T[] | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? known : null;
}

function wordOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
