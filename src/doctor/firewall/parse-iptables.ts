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

const hooks: ReadonlyMap<string, Hook> = new Map([
  ['INPUT', 'input'],
  ['FORWARD', 'forward'],
  ['OUTPUT', 'output'],
  ['PREROUTING', 'prerouting'],
  ['POSTROUTING', 'postrouting'],
]);

/** Tables in which packets are thrown away or rewritten. */
const tables = ['raw', 'mangle', 'filter', 'nat', 'security'];

/** Reads what iptables-save(8) prints, or ip6tables-save(8). What cannot be understood counts as a condition that cannot be told. */
export function parseIptables(text: string, tool: Ruleset['tool'], family: Family): Ruleset {
  const chains = new Map<string, Chain & { readonly rules: Rule[] }>();
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim();
    if (!tables.includes(table)) continue;
    const [, name, policy] = /^:(\S+) (\S+)/.exec(line) ?? [];
    if (name !== undefined) {
      chains.set(`${table} ${name}`, {
        table,
        name,
        families: [family],
        hook: policy === '-' ? null : (hooks.get(name) ?? null),
        policy: policy === 'DROP' ? 'drop' : 'accept',
        rules: [],
      });
    }
    const words = wordsOf(line.replace(/^\[\d+:\d+\] /, ''));
    if (words[0] === '-A') chains.get(`${table} ${words[1]}`)?.rules.push(ruleOf(words.slice(2), line));
  }
  return { tool, chains: [...chains.values()] };
}

function wordsOf(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) => plain ?? quoted ?? '');
}

const fields: ReadonlyMap<string, Field> = new Map([
  ['-p', 'protocol'],
  ['-s', 'source'],
  ['-d', 'destination'],
  ['-i', 'in'],
  ['-o', 'out'],
  ['--sport', 'source-port'],
  ['--sports', 'source-port'],
  ['--dport', 'destination-port'],
  ['--dports', 'destination-port'],
  ['--state', 'state'],
  ['--ctstate', 'state'],
]);

function ruleOf(words: readonly string[], text: string): Rule {
  const conditions: Condition[] = [];
  let verdict: Verdict = { kind: 'continue' };
  let not = false;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '!') {
      not = true;
      continue;
    }
    const value = words[index + 1] ?? '';
    const field = fields.get(word);
    if (field !== undefined) {
      conditions.push({ field, values: value.split(','), not });
      index += 1;
    } else if (word === '-m' || word === '--comment') {
      index += 1;
    } else if (word === '-j' || word === '-g') {
      verdict = verdictOf(value, word === '-g');
      // What follows belongs to the target.
      break;
    } else {
      conditions.push(unknown);
      while (index + 1 < words.length && !/^(-|!)/.test(words[index + 1] ?? '')) index += 1;
    }
    not = false;
  }
  return { conditions, verdict, text };
}

/** Targets after which a packet goes on to the next rule. */
const passing = [
  'LOG',
  'NFLOG',
  'ULOG',
  'MARK',
  'CONNMARK',
  'TRACE',
  'CT',
  'NOTRACK',
  'TCPMSS',
  'DSCP',
  'TOS',
  'TTL',
  'HL',
  'SET',
  'CLASSIFY',
  'CHECKSUM',
  'AUDIT',
];

function verdictOf(target: string, isGoto: boolean): Verdict {
  switch (target) {
    case 'ACCEPT':
      return { kind: 'accept' };
    case 'DROP':
    case 'REJECT':
      return { kind: 'drop' };
    case 'RETURN':
      return { kind: 'return' };
    case 'MASQUERADE':
    case 'SNAT':
      return { kind: 'masquerade' };
  }
  if (passing.includes(target)) return { kind: 'continue' };
  return { kind: isGoto ? 'goto' : 'jump', chain: target };
}
