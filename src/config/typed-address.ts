import { LvsError } from '../model/errors.ts';
import { socketAddress } from '../model/identity.ts';
import { parseEndpoint } from './words/address.ts';
import type { Problem } from './words/problem.ts';
import { parseVirtualAddress, type VirtualAddress } from './words/virtual-address.ts';

/** An address that was typed for a new virtual server. */
export interface TypedVirtualAddress {
  readonly id: VirtualAddress;
  /** As lvs.yaml has it: `tcp://1.2.3.1:80`, `fwmark:7`. */
  readonly address: string;
}

/**
 * ADDRESS of `vip add`: as in lvs.yaml, and without a scheme it is TCP.
 * @throws LvsError invalid-input.
 */
export function parseVirtualServerAddress(word: string): TypedVirtualAddress {
  const complete = /^(fwmark:|[^:/]*:\/\/)/.test(word) ? word : `tcp://${word}`;
  const parsed = parseVirtualAddress(complete);
  if ('problem' in parsed) throw invalidAddress(word, parsed.problem);
  const id = parsed.value;
  const address = 'fwmark' in id ? `fwmark:${id.fwmark}` : `${id.protocol}://${socketAddress(id.address, id.port)}`;
  return { id, address };
}

/**
 * The name of a virtual server that was given none: `tcp-1.2.3.1-80`, `tcp-2001-db8--1-80`, `fwmark-7`; with a number behind it
 * where that is taken.
 */
export function defaultName(id: VirtualAddress, taken: ReadonlySet<string>): string {
  const name = 'fwmark' in id ? `fwmark-${id.fwmark}` : `${id.protocol}-${id.address.replaceAll(':', '-')}-${id.port}`;
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}-${number}`)) number++;
  return `${name}-${number}`;
}

/**
 * ADDRESS of `real add`; without a port it has `defaultPort`.
 * @throws LvsError invalid-input.
 */
export function parseRealServerAddress<Default extends number | null>(
  word: string,
  defaultPort: Default,
): { address: string; port: number | Default } {
  const parsed = parseEndpoint(word);
  if ('problem' in parsed) throw invalidAddress(word, parsed.problem);
  return { address: parsed.value.address, port: parsed.value.port ?? defaultPort };
}

function invalidAddress(word: string, { allowed, hint }: Problem): LvsError {
  const sentence = `ADDRESS: found "${word}"; allowed: ${allowed}`;
  const message = hint === undefined ? sentence : `${sentence}; ${hint}`;
  const detail = { message, found: `"${word}"`, allowed, ...(hint !== undefined && { hint }) };
  return new LvsError('invalid-input', `"${word}" is not an address that can be used here`, { details: [detail] });
}
