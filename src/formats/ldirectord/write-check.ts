import type { Check, DeclaredVirtualServer, DnsCheck, HttpCheck } from '../../model/cluster.ts';
import type { Warnings } from '../warnings.ts';

type Lost = (what: string, means: string) => void;

/** How ldirectord checks the real servers of a virtual server. Without a check they are always in. */
export function checkLines({ name, check }: DeclaredVirtualServer, warnings: Warnings): string[] {
  const lost: Lost = (what, means) => warnings.add(null, `${name}: ${what}`, means);
  if (check === null) return ['checktype = on'];
  const subject = subjectLines(check, lost);
  if (subject === null) return ['checktype = on'];
  if (check.rise !== 1) lost(`check.rise: ${check.rise}`, 'a real server is back with its first success');
  const port = check.type === 'exec' || check.port === null ? [] : [`checkport = ${check.port}`];
  return [
    ...subject,
    ...port,
    `checkinterval = ${whole('interval', check.interval, lost)}`,
    `${check.type === 'tcp' ? 'checktimeout' : 'negotiatetimeout'} = ${whole('timeout', check.timeout, lost)}`,
    `failurecount = ${check.fall}`,
  ];
}

function whole(what: string, seconds: number, lost: Lost): number {
  const number = Math.max(1, Math.ceil(seconds));
  if (number !== seconds) lost(`check.${what}: ${seconds}`, `is ${number} s: ldirectord has whole seconds`);
  return number;
}

/** Null where it has no such check, which is told. */
function subjectLines(check: Check, lost: Lost): string[] | null {
  switch (check.type) {
    case 'tcp':
      return ['checktype = connect'];
    case 'http':
    case 'https':
      return httpLines(check, lost);
    case 'dns':
      return dnsLines(check, lost);
    default:
      lost('check.exec', 'not checked: ldirectord calls its commands with arguments of its own');
      return null;
  }
}

function httpLines({ type, path, host, status, body, tls }: HttpCheck, lost: Lost): string[] | null {
  // There are no escapes, and # begins a comment within quotes, too.
  if (/["#]/.test(path)) {
    lost(`check.${type}`, 'only whether a connection opens is checked: the path cannot be written here');
    return ['checktype = connect'];
  }
  const readable = body !== null && !/["#\n]/.test(body);
  if (body !== null && !readable) lost('check.body', 'the answer is not compared: the pattern cannot be written here');
  lost(status === null ? 'check.status' : `check.status: ${status}`, 'an answer is good with a status from 200 to 299');
  if (tls?.verify === true) lost('check.verify', 'any certificate will do');
  return [
    'checktype = negotiate',
    `service = ${type}`,
    `request = "${path}"`,
    ...(readable ? [`receive = "${body}"`] : []),
    ...(host === null ? [] : [`virtualhost = "${host}"`]),
  ];
}

function dnsLines({ name, record }: DnsCheck, lost: Lost): string[] | null {
  const [, reversed] = /^((?:\d{1,3}\.){4})in-addr\.arpa$/.exec(name) ?? [];
  const pointer = record === 'PTR' && reversed !== undefined;
  if ((record !== 'A' && !pointer) || /["#]/.test(name)) {
    lost(
      `check.dns: ${name}, ${record}`,
      'not checked: ldirectord asks for A records, and for the names of IPv4 addresses',
    );
    return null;
  }
  const request = pointer ? reversed.split('.').slice(0, 4).reverse().join('.') : name;
  return ['checktype = negotiate', 'service = dns', `request = "${request}"`, 'receive = "."'];
}
