import { canonicalAddress } from '../../model/ip.ts';
import type { Parsed } from './problem.ts';

export interface SshDestination {
  /** In lower case; an IP address in canonical form. */
  readonly host: string;
  /** 22 unless an ssh:// destination says otherwise; ssh_config(5) may still change it. */
  readonly port: number;
}

const allowed = 'a destination of ssh(1): HOST, USER@HOST or ssh://USER@HOST:PORT';
const user = '(?:[A-Za-z0-9._][A-Za-z0-9._+-]*@)?';
const plainForm = new RegExp(`^${user}([A-Za-z0-9._:][A-Za-z0-9._:%-]*)$`);
const uriForm = new RegExp(`^ssh://${user}(?:\\[([^\\]]+)\\]|([A-Za-z0-9._][A-Za-z0-9._-]*))(?::(\\d{1,5}))?/?$`);

export function parseSshDestination(text: string): Parsed<SshDestination> {
  if (text.startsWith('-')) return { problem: { allowed, hint: 'ssh would take it for an option' } };
  if (/\s/.test(text))
    return { problem: { allowed, hint: 'it must not hold blanks; options belong in ssh_config(5)' } };
  const uri = uriForm.exec(text);
  const bracketed = uri?.[1]?.replace(/%[\w.-]+$/, '');
  if (bracketed !== undefined && canonicalAddress(bracketed) === null)
    return { problem: { allowed, hint: 'in brackets there is an IPv6 address' } };
  if (uri !== null) return { value: { host: canonicalHost(uri[1] ?? uri[2] ?? ''), port: Number(uri[3] ?? 22) } };
  const host = plainForm.exec(text)?.[1];
  if (host === undefined) return { problem: { allowed, hint: plainHint(text) } };
  if (/^[^:]+:\d+$/.test(host)) return { problem: { allowed, hint: `with a port write ssh://${text}` } };
  return { value: { host: canonicalHost(host), port: 22 } };
}

function plainHint(text: string): string | undefined {
  return /\[.*:.*\]$/.test(text) ? 'brackets go only with ssh://; leave them out' : undefined;
}

function canonicalHost(host: string): string {
  return canonicalAddress(host) ?? host.toLowerCase();
}
