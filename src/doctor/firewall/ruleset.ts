import type { Family } from '../../model/state.ts';

/** The rules of one program that filters packets, reduced to what can be told of a packet beforehand. */
export interface Ruleset {
  readonly tool: 'nft' | 'iptables' | 'iptables-legacy' | 'iptables-nft';
  readonly chains: readonly Chain[];
}

export type Hook = 'input' | 'forward' | 'output' | 'prerouting' | 'postrouting';

export interface Chain {
  /** Where it stands: `ip filter`, `inet firewall`; chains are found by this and their name. */
  readonly table: string;
  readonly name: string;
  readonly families: readonly Family[];
  /** Null: only other chains lead to it. */
  readonly hook: Hook | null;
  readonly policy: 'accept' | 'drop';
  readonly rules: readonly Rule[];
}

export interface Rule {
  readonly conditions: readonly Condition[];
  readonly verdict: Verdict;
  /** As an administrator would recognise it. */
  readonly text: string;
}

export type Verdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'return' }
  | { readonly kind: 'continue' }
  | { readonly kind: 'masquerade' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string };

export type Field =
  | 'protocol'
  | 'source'
  | 'destination'
  | 'source-port'
  | 'destination-port'
  | 'in'
  | 'out'
  | 'state'
  | 'family';

/** `unknown` is what cannot be told beforehand. */
export type Condition =
  | { readonly field: Field; readonly values: readonly string[]; readonly not: boolean }
  | { readonly field: 'unknown' };

export const unknown: Condition = { field: 'unknown' };
