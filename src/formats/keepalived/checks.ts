import type { Settings, Value } from '../../config/edit/render.ts';
import { keyOfRealServer } from '../../model/identity.ts';
import { withoutDefaults } from '../monitoring.ts';
import { within } from '../numbers.ts';
import { portOf } from '../services.ts';
import type { Place, Warnings } from '../warnings.ts';
import type { Statement } from './blocks.ts';
import { readSubject } from './check-subjects.ts';
import { Keywords, shown, wrong } from './keywords.ts';

/** What stands for the checks of a real server that do not say otherwise. Seconds. */
export interface Times {
  readonly interval: number;
  readonly timeout: number;
  /** Null: each kind of check has its own. */
  readonly retry: number | null;
  readonly retryDelay: number | null;
  readonly virtualHost: string | null;
}

/** @throws LvsError invalid-input */
export function readTimes(keywords: Keywords, outer: Times): Times {
  return {
    interval: keywords.seconds('delay_loop', 0.001, 1_000_000) ?? outer.interval,
    timeout: keywords.seconds('connect_timeout', 0.001, 1_000_000) ?? outer.timeout,
    retry: keywords.number('retry', 0, 4_294_967_295) ?? outer.retry,
    retryDelay: keywords.seconds('delay_before_retry', 0, 1_000_000) ?? outer.retryDelay,
    virtualHost: keywords.one('virtualhost')?.words[0] ?? outer.virtualHost,
  };
}

/** keepalived's own. */
export const ownTimes: Times = { interval: 60, timeout: 5, retry: null, retryDelay: null, virtualHost: null };

/** The real server that is checked. */
export interface Target {
  readonly address: string;
  readonly port: number;
  readonly portInKernel: number;
}

/** A check as lvs.yaml has it, with where it stands. */
export interface Probe {
  readonly check: Settings;
  readonly place: Place;
  readonly text: string;
  /** After how many seconds one that failed is repeated; null: after the interval. */
  readonly retryDelay: number | null;
}

const kinds = [
  'TCP_CHECK',
  'HTTP_GET',
  'SSL_GET',
  'MISC_CHECK',
  'DNS_CHECK',
  'SMTP_CHECK',
  'UDP_CHECK',
  'PING_CHECK',
  'BFD_CHECK',
  'FILE_CHECK',
] as const;

/**
 * The checks of one real server that have a counterpart. All of keepalived's must succeed, of lvs there is one.
 * @throws LvsError invalid-input
 */
export function readProbes(keywords: Keywords, real: Target, times: Times, warnings: Warnings): Probe[] {
  const probes = keywords.all(...kinds).flatMap((statement) => readProbe(statement, real, times, warnings) ?? []);
  for (const { place, text } of probes.slice(1)) warnings.add(place, text, 'not made: there is one check, the first');
  return probes.slice(0, 1);
}

function readProbe(statement: Statement, real: Target, outer: Times, warnings: Warnings): Probe | null {
  const keywords = new Keywords(statement.block);
  const times = readTimes(keywords, outer);
  const subject = readSubject(statement, keywords, times, warnings);
  const port = readPort(keywords, real, warnings);
  keywords.unread(withoutCounterpart, warnings);
  if (subject === null) return null;
  const retry = times.retry ?? { MISC_CHECK: 0, DNS_CHECK: 3 }[statement.keyword] ?? 1;
  const delay = times.retryDelay ?? { DNS_CHECK: times.interval, HTTP_GET: 3, SSL_GET: 3 }[statement.keyword] ?? 1;
  const check = {
    ...subject,
    ...(port !== null && subject.exec === undefined && { port }),
    interval: within(times.interval, 0.1, 3600),
    timeout: within(Number(subject.timeout ?? times.timeout), 0.1, 3600),
    rise: 1,
    fall: within(retry + 1, 1, 1000),
  };
  const retryDelay = retry > 0 && delay !== times.interval ? delay : null;
  return { check, place: statement.place, text: shown(statement), retryDelay };
}

const withoutCounterpart: Readonly<Record<string, string>> = {
  bindto: 'the check comes from the address that the kernel chooses',
  bind_if: 'the check comes from the address that the kernel chooses',
  bind_port: 'the check comes from the port that the kernel chooses',
  fwmark: 'checks carry no mark',
  alpha: 'a real server counts as up until it is checked',
  warmup: 'the first check is made at once, or after a little jitter',
  log_all_failures: 'every decision is a line of the output of lvs monitor',
  nb_get_retry: 'an old name of retry: left out',
  http_protocol: 'checks speak HTTP/1.1',
  fast_recovery: 'there is one path to check',
  tls_compliant: 'left out',
  user: 'exec checks run as lvs monitor does',
};

/** The port, where the check goes to another than the real server's. */
function readPort(keywords: Keywords, real: Target, warnings: Warnings): number | null {
  const [ip, port] = [keywords.one('connect_ip'), keywords.one('connect_port')];
  if (ip !== undefined && ip.words[0] !== real.address) {
    warnings.add(ip.place, ip.text, `the check goes to the real server itself, ${keyOfRealServer(real)}`);
  }
  const number = port === undefined ? real.port : portOf(port.words[0] ?? '');
  if (port !== undefined && (number === null || number === 0)) throw wrong(port, 'a port from 1 to 65535');
  return number === real.portInKernel ? null : number;
}

/**
 * The check of a virtual server out of those of its real servers: all have one.
 * @param probes by real server, in order; an empty list: it has none
 */
export function commonCheck(
  probes: readonly { readonly key: string; readonly place: Place; readonly probes: readonly Probe[] }[],
  warnings: Warnings,
): Value | null {
  const [first] = probes.flatMap((each) => each.probes);
  if (first === undefined) return null;
  const wanted = JSON.stringify(first.check);
  const differ = probes.some(({ probes: [probe] }) => probe === undefined || JSON.stringify(probe.check) !== wanted);
  if (differ && 'exec' in first.check) {
    warnings.add(
      first.place,
      first.text,
      'not made: the real servers do not have one command, and lvs has one check for all',
    );
    return null;
  }
  for (const { key, place, probes: own } of probes) {
    const [probe] = own;
    if (probe === undefined) warnings.add(place, key, 'is checked as the others are: lvs has one check for all');
    else if (JSON.stringify(probe.check) !== wanted)
      warnings.add(probe.place, probe.text, 'is made as for the first real server: lvs has one check for all');
  }
  if (first.retryDelay !== null) {
    const means = `one that failed is repeated after its interval, too, not after ${first.retryDelay} s`;
    warnings.add(first.place, first.text, means);
  }
  return withoutDefaults(first.check);
}
