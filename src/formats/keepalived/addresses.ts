import ipaddr from 'ipaddr.js';
import { canonicalAddress, familyOf, fullPrefix } from '../../model/ip.ts';
import type { Family } from '../../model/state.ts';
import { wholeNumberIn } from '../numbers.ts';
import { portOf } from '../services.ts';
import type { Statement } from './blocks.ts';
import { wrong } from './keywords.ts';

/** More addresses in one line are no virtual servers. */
const longestRange = 4096;

/** An address and a port, each a word. @throws LvsError invalid-input */
export function readEndpoint(statement: Statement, words: readonly string[]): { address: string; port: number | null } {
  const [word = '', portWord] = words;
  const address = canonicalAddress(word);
  if (address === null) throw wrong(statement, 'an IP address, and a port');
  return { address, port: readPort(statement, portWord) };
}

/** Null where none is written, or 0. @throws LvsError invalid-input */
export function readPort(statement: Statement, word: string | undefined): number | null {
  const port = word === undefined ? 0 : portOf(word);
  if (port === null) throw wrong(statement, 'a port from 0 to 65535 behind the address');
  return port === 0 ? null : port;
}

/**
 * An address, or a range as groups have it: `10.0.0.1-5`, `10.0.0.250-10.0.1.5`, `10.0.0.8/29`, `2001:db8::1-f`.
 * @throws LvsError invalid-input
 */
export function readRange(statement: Statement, word: string): string[] {
  const single = canonicalAddress(word);
  if (single !== null) return [single];
  const [, prefixed, length] = /^([^/-]+)\/(\d{1,3})$/.exec(word) ?? [];
  const network = prefixed === undefined ? null : canonicalAddress(prefixed);
  if (network !== null) return readNetwork(statement, network, length);
  const [, firstWord = '', lastWord = ''] = /^([^-]+)-([^-]+)$/.exec(word) ?? [];
  const first = canonicalAddress(firstWord);
  const last = first === null ? null : canonicalAddress(lastOf(first, lastWord) ?? '');
  if (first === null || last === null) throw wrong(statement, 'an IP address, or a range such as 10.0.0.1-5');
  return between(statement, numberOf(first), numberOf(last), familyOf(first));
}

/** The end of a range may be its last part alone. */
function lastOf(first: string, word: string): string | null {
  if (familyOf(first) === 'ipv4') {
    if (word.includes('.')) return word;
    return wholeNumberIn(word, 0, 255) === null ? null : first.replace(/\d+$/, String(Number(word)));
  }
  if (word.includes(':')) return word;
  if (!/^[0-9a-fA-F]{1,4}$/.test(word)) return null;
  return ipaddr.IPv6.parse(first)
    .parts.slice(0, 7)
    .map((part) => part.toString(16))
    .concat(word)
    .join(':');
}

function readNetwork(statement: Statement, address: string, lengthWord: string | undefined): string[] {
  const family = familyOf(address);
  const length = wholeNumberIn(lengthWord, 1, fullPrefix(family));
  if (length === null) throw wrong(statement, `a prefix length from 1 to ${fullPrefix(family)}`);
  const size = 1n << BigInt(fullPrefix(family) - length);
  const first = numberOf(address);
  if (first % size !== 0n) throw wrong(statement, 'a network, whose address has no bits behind its prefix length');
  return between(statement, first, first + size - 1n, family);
}

function between(statement: Statement, first: bigint, last: bigint, family: Family): string[] {
  if (last < first) throw wrong(statement, 'a range whose end is not before its beginning');
  if (last - first >= BigInt(longestRange)) throw wrong(statement, `a range of at most ${longestRange} addresses`);
  return Array.from({ length: Number(last - first) + 1 }, (_, index) => addressOf(first + BigInt(index), family));
}

function numberOf(address: string): bigint {
  return ipaddr
    .parse(address)
    .toByteArray()
    .reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}

function addressOf(number: bigint, family: Family): string {
  const length = family === 'ipv6' ? 16 : 4;
  const bytes = Array.from({ length }, (_, index) => Number((number >> BigInt(8 * (length - 1 - index))) & 255n));
  return canonicalAddress(ipaddr.fromByteArray(bytes).toString()) ?? '';
}
