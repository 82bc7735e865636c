import ipaddr from 'ipaddr.js';
import { canonicalAddress } from '../../model/ip.ts';
import type { Family } from '../../model/state.ts';
import { portOf } from '../services.ts';
import { syntaxError } from '../syntax-error.ts';
import type { Setting } from './lines.ts';

export const forwards = { masq: 'masq', gate: 'direct', ipip: 'tunnel' } as const;
export type ForwardWord = keyof typeof forwards;

export function isForward(word: string | undefined): word is ForwardWord {
  return word !== undefined && Object.hasOwn(forwards, word);
}

export function wrong({ key, value, place }: Setting, allowed: string) {
  return syntaxError(place, `${key}: found "${value}"; allowed: ${allowed}`, { found: value, allowed });
}

/** ADDRESS[:PORT]; a host name is none, since names are not looked up. */
export interface Host {
  /** Null: a host name. */
  readonly address: string | null;
  /** As it was written. */
  readonly name: string;
  /** Null: none was written. */
  readonly port: number | null;
}

/** @throws LvsError invalid-input where the word is nothing of that kind */
export function readHost(word: string, family: Family, setting: Setting): Host {
  const [, bracketed, plain, portWord] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._+-]+))(?::([0-9A-Za-z_-]+))?$/.exec(word) ?? [];
  const name = bracketed ?? plain;
  const port = portWord === undefined ? null : portOf(portWord);
  if (name === undefined) throw wrong(setting, family === 'ipv6' ? '[ADDRESS]:PORT' : 'ADDRESS or ADDRESS:PORT');
  if (portWord !== undefined && port === null) throw wrong(setting, 'a port from 0 to 65535, or the name of a service');
  const address = canonicalAddress(name);
  if (address !== null && address.includes(':') !== (family === 'ipv6')) {
    throw wrong(
      setting,
      family === 'ipv6' ? 'an IPv6 address in brackets' : 'an IPv4 address; IPv6 has virtual6, real6, fallback6',
    );
  }
  if (address === null && (bracketed !== undefined || /^[\d.]+$/.test(name))) throw wrong(setting, 'an IP address');
  return { address, name, port };
}

/** More addresses in one line are no real servers. */
const longestRange = 4096;

/** All IPv4 addresses from one to another. @throws LvsError invalid-input */
export function rangeOf(first: string, last: string, setting: Setting): string[] {
  const [from, to] = [first, last].map((address) => numberOf(address));
  if (from === undefined || to === undefined || from > to)
    throw wrong(setting, 'a range of IPv4 addresses, the lower one first');
  if (to - from >= longestRange) throw wrong(setting, `a range of at most ${longestRange} addresses`);
  return Array.from({ length: to - from + 1 }, (_, index) => addressOf(from + index));
}

function numberOf(address: string): number {
  return ipaddr.IPv4.parse(address)
    .toByteArray()
    .reduce((number, byte) => number * 256 + byte, 0);
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

/** Without the quotes around it, where there are any. */
export function unquoted(value: string): string {
  return /^"(.*)"/.exec(value)?.[1] ?? value;
}

/** @throws LvsError invalid-input where it is no such number */
export function numberIn(setting: Setting, minimum: number, maximum: number): number {
  const number = /^\d{1,9}\s*(#.*)?$/.test(setting.value) ? Number.parseInt(setting.value, 10) : -1;
  if (number >= minimum && number <= maximum) return number;
  throw wrong(setting, `a whole number from ${minimum} to ${maximum}`);
}

/** @throws LvsError invalid-input */
export function yesOrNo(setting: Setting): boolean {
  const value = setting.value.trim();
  if (value === 'yes' || value === 'no') return value === 'yes';
  throw wrong(setting, 'yes, no');
}
