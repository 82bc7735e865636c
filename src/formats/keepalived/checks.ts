import type { Settings, Value } from '../../config/edit/render.ts';
import { keyOfRealServer } from '../../model/identity.ts';
import { withoutDefaults } from '../monitoring.ts';
import { within } from '../numbers.ts';
import { portOf } from '../services.ts';
import type { Place, Warnings } from '../warnings.ts';
import type { Statement } from './blocks.ts';
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

function readSubject(statement: Statement, keywords: Keywords, times: Times, warnings: Warnings): Settings | null {
  const { keyword, place } = statement;
  switch (keyword) {
    case 'TCP_CHECK':
      return { tcp: true };
    case 'HTTP_GET':
    case 'SSL_GET':
      return http(statement, keywords, times, warnings);
    case 'MISC_CHECK':
      return misc(statement, keywords, warnings);
    case 'DNS_CHECK': {
      const [name = '.'] = keywords.one('name')?.words ?? [];
      const [type = 'SOA'] = keywords.one('type')?.words ?? [];
      return { dns: name, record: type };
    }
    case 'SMTP_CHECK': {
      keywords.one('helo_name');
      for (const host of keywords.all('host'))
        warnings.add(host.place, shown(host), 'the check goes to the real server itself');
      warnings.add(place, shown(statement), 'lvs does not speak SMTP: only whether a connection opens is checked');
      return { tcp: true };
    }
    default:
      for (const inner of [
        'payload',
        'require_reply',
        'min_reply_length',
        'max_reply_length',
        'track_file',
        'weight',
        'dynamic',
        'name',
      ]) {
        keywords.one(inner);
      }
      warnings.add(place, shown(statement), 'not made: lvs has no such check');
      return null;
  }
}

function http(statement: Statement, keywords: Keywords, times: Times, warnings: Warnings): Settings | null {
  const [url, ...others] = keywords.all('url');
  const secure = statement.keyword === 'SSL_GET';
  const sni = keywords.flag('enable_sni') ?? false;
  const sniName = keywords.one('sni_name')?.words[0];
  for (const other of others) warnings.add(other.place, shown(other), 'not asked for: a check has one path, the first');
  if (url === undefined) {
    warnings.add(
      statement.place,
      shown(statement),
      'not made: there is no url in it, and keepalived does not make it either',
    );
    return null;
  }
  const inner = new Keywords(url.block);
  const [path = '/'] = inner.one('path')?.words ?? [];
  const host = inner.one('virtualhost')?.words[0] ?? times.virtualHost;
  const pattern = inner.one('regex');
  const reversed = (inner.flag('regex_no_match') ?? false) && pattern !== undefined;
  if (reversed)
    warnings.add(pattern.place, pattern.text, 'is not looked for: there are no patterns that must not match');
  const status = readStatus(inner, url, warnings);
  if (!/^\/\S*$/.test(path)) throw wrong(inner.one('path') ?? url, 'a path that begins with "/"');
  inner.unread({ digest: 'what is answered is not compared with a digest', ...regexOptions }, warnings);
  const name = sniName ?? (sni ? host?.replace(/:\d+$/, '') : undefined);
  return {
    [secure ? 'https' : 'http']: path,
    ...(host != null && { host }),
    ...(status !== null && { status }),
    // Turned round it would mean the opposite.
    ...(pattern?.words[0] !== undefined && !reversed && { body: pattern.words[0] }),
    ...(secure && { verify: false }),
    ...(secure && name !== undefined && { 'tls-name': name }),
  };
}

const regexOptions = Object.fromEntries(
  ['regex_options', 'regex_stack', 'regex_min_offset', 'regex_max_offset', 'tls_compliant'].map((keyword) => [
    keyword,
    'patterns have no options: compare what comes of it',
  ]),
);

/** The status that it expects, where that is one. */
function readStatus(keywords: Keywords, url: Statement, warnings: Warnings): number | null {
  const statement = keywords.one('status_code');
  const [word = '', ...more] = statement?.words ?? [];
  if (statement === undefined) {
    if (keywords.one('digest') === undefined) {
      warnings.add(
        url.place,
        shown(url),
        'here an answer is good with a status from 200 to 399, there from 200 to 299',
      );
    }
    return null;
  }
  if (!statement.words.every((each) => /^[1-5]\d\d(-[1-5]\d\d)?$/.test(each)) || word === '')
    throw wrong(statement, 'status codes or ranges of them');
  if (more.length === 0 && !word.includes('-')) return Number(word);
  // lvs.yaml's own default.
  if (more.length === 0 && word === '200-399') return null;
  warnings.add(statement.place, statement.text, 'here an answer is good with one status, or with any from 200 to 399');
  return null;
}

function misc(statement: Statement, keywords: Keywords, warnings: Warnings): Settings | null {
  const path = keywords.one('misc_path');
  const timeout = keywords.seconds('misc_timeout', 0, 1_000_000);
  const dynamic = keywords.flag('misc_dynamic') ?? false;
  if (path === undefined) {
    warnings.add(statement.place, shown(statement), 'not made: there is no misc_path in it');
    return null;
  }
  const words = shellLike(path.words.join(' '));
  if (!words[0]?.startsWith('/')) throw wrong(path, 'the absolute path of a program, and its arguments');
  return {
    exec: words.length === 1 ? words[0] : words,
    ...(timeout !== undefined && timeout > 0 && { timeout }),
    ...(dynamic && { dynamic: true }),
  };
}

/** The words of a command; quotes and backslashes within them are taken away. */
function shellLike(command: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < command.length; at += 1) {
    const letter = command[at] ?? '';
    if (letter === '\\' && quote !== "'" && at + 1 < command.length) {
      at += 1;
      word = (word ?? '') + command[at];
    } else if (quote === letter) quote = null;
    else if (quote === null && (letter === "'" || letter === '"')) {
      quote = letter;
      word ??= '';
    } else if (quote === null && /\s/.test(letter)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + letter;
  }
  return word === null ? words : [...words, word];
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
