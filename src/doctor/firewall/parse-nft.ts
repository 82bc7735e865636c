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

/** What is read of libnftables-json(5). */
interface Listing {
  readonly nftables?: readonly { readonly chain?: ChainJson; readonly rule?: RuleJson }[];
}

interface ChainJson {
  readonly family?: string;
  readonly table?: string;
  readonly name?: string;
  readonly hook?: string;
  readonly policy?: string;
}

interface RuleJson {
  readonly family?: string;
  readonly table?: string;
  readonly chain?: string;
  readonly expr?: readonly Expression[];
}

type Expression = Readonly<Record<string, unknown>>;

const families: Readonly<Record<string, readonly Family[]>> = {
  ip: ['ipv4'],
  ip6: ['ipv6'],
  inet: ['ipv4', 'ipv6'],
};

const hookNames: readonly string[] = ['input', 'forward', 'output', 'prerouting', 'postrouting'] satisfies Hook[];

/** Reads what `nft -j list ruleset` prints; no rules where it is no JSON of that kind. */
export function parseNft(text: string): Ruleset {
  const chains = new Map<string, Chain & { readonly rules: Rule[] }>();
  for (const { chain, rule } of readListing(text).nftables ?? []) {
    const known = families[chain?.family ?? ''];
    if (chain !== undefined && known !== undefined) {
      const { family = '', table = '', name = '', hook = '', policy } = chain;
      chains.set(`${family} ${table} ${name}`, {
        table: `${family} ${table}`,
        name,
        families: known,
        hook: hookNames.includes(hook) ? (hook as Hook) : null,
        policy: policy === 'drop' ? 'drop' : 'accept',
        rules: [],
      });
    }
    if (rule !== undefined) {
      chains.get(`${rule.family} ${rule.table} ${rule.chain}`)?.rules.push(...rulesOf(rule.expr ?? []));
    }
  }
  return { tool: 'nft', chains: [...chains.values()] };
}

function readListing(text: string): Listing {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {};
  }
}

/** One, or one for each pair of a verdict map. */
function rulesOf(expressions: readonly Expression[]): Rule[] {
  const conditions: Condition[] = [];
  const text = JSON.stringify(expressions);
  for (const expression of expressions) {
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

function verdictOf(expression: Expression): Verdict | null {
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

/** The match, and what it says by the protocol whose header it looks into. */
function conditionsOf(match: unknown): Condition[] {
  if (!isObject(match)) return [unknown];
  const field = fieldOf(match.left);
  const values = valuesOf(match.right);
  if (field === null || values === null || !['==', 'in', '!='].includes(String(match.op))) return [unknown];
  const condition = { field, values: values.map((value) => familyWord(field, value)), not: match.op === '!=' };
  return [...impliedBy(match.left), condition];
}

function impliedBy(left: unknown): Condition[] {
  const protocol = isObject(left) && isObject(left.payload) ? String(left.payload.protocol) : '';
  if (protocol === 'ip' || protocol === 'ip6') {
    return [{ field: 'family', values: [protocol === 'ip' ? 'ipv4' : 'ipv6'], not: false }];
  }
  return ['tcp', 'udp', 'sctp'].includes(protocol) ? [{ field: 'protocol', values: [protocol], not: false }] : [];
}

function familyWord(field: Field, value: string): string {
  return field === 'family' ? (value === 'ipv6' || value === '10' ? 'ipv6' : 'ipv4') : value;
}

const metaFields: Readonly<Record<string, Field>> = {
  iifname: 'in',
  iif: 'in',
  oifname: 'out',
  oif: 'out',
  l4proto: 'protocol',
  nfproto: 'family',
};

const payloadFields: Readonly<Record<string, Field>> = {
  saddr: 'source',
  daddr: 'destination',
  protocol: 'protocol',
  nexthdr: 'protocol',
  sport: 'source-port',
  dport: 'destination-port',
};

function fieldOf(left: unknown): Field | null {
  if (!isObject(left)) return null;
  const { meta, payload, ct } = left;
  if (isObject(meta)) return metaFields[String(meta.key)] ?? null;
  if (isObject(payload)) return payloadFields[String(payload.field)] ?? null;
  return isObject(ct) && ct.key === 'state' ? 'state' : null;
}

/** Null: they stand elsewhere, or cannot be understood. */
function valuesOf(right: unknown): string[] | null {
  if (typeof right === 'number') return [String(right)];
  if (typeof right === 'string') return right.startsWith('@') ? null : [right];
  const several = Array.isArray(right) ? right : isObject(right) ? right.set : undefined;
  if (Array.isArray(several)) {
    const all = several.map(valuesOf);
    return all.includes(null) ? null : all.flatMap((each) => each ?? []);
  }
  if (!isObject(right)) return null;
  if (isObject(right.prefix)) return [`${right.prefix.addr}/${right.prefix.len}`];
  if (Array.isArray(right.range)) return [right.range.join('-')];
  return isObject(right.elem) ? valuesOf(right.elem.val) : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
