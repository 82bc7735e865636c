import { shellWords } from '../../grammar/shell.ts';
import type { Check, DeclaredVirtualServer, DnsCheck, ExecCheck, HttpCheck } from '../../model/cluster.ts';
import { block } from '../../plan/election/instance.ts';
import type { Warnings } from '../warnings.ts';
import { word } from './write-word.ts';

/** What a check says for the whole virtual server. */
export function paceLines(check: Check | null): string[] {
  if (check === null) return [];
  return [`delay_loop ${check.interval}`, ...(check.type === 'exec' ? [] : [`connect_timeout ${check.timeout}`])];
}

/** The check of one real server. */
export function checkLines({ check }: DeclaredVirtualServer): string[] {
  if (check === null) return [];
  const { type, fall, interval } = check;
  const repeated = fall === 1 ? ['retry 0'] : [`retry ${fall - 1}`, `delay_before_retry ${interval}`];
  const port = type !== 'exec' && check.port !== null ? [`connect_port ${check.port}`] : [];
  switch (type) {
    case 'tcp':
      return block('TCP_CHECK', [...port, ...repeated]);
    case 'http':
    case 'https':
      return block(type === 'http' ? 'HTTP_GET' : 'SSL_GET', [...httpLines(check), ...port, ...repeated]);
    case 'exec':
      return block('MISC_CHECK', [...execLines(check), ...repeated]);
    default:
      return block('DNS_CHECK', [...dnsLines(check), ...port, ...repeated]);
  }
}

function httpLines({ path, host, status, body, tls }: HttpCheck): string[] {
  const url = [
    `path ${word(path)}`,
    `status_code ${status ?? '200-399'}`,
    ...(host === null ? [] : [`virtualhost ${word(host)}`]),
    ...(body === null || !isWritable(body) ? [] : [`regex ${word(body)}`]),
  ];
  return [...block('url', url), ...(tls?.name == null ? [] : ['enable_sni'])];
}

function execLines({ command, timeout, dynamic }: ExecCheck): string[] {
  return [
    `misc_path "${shellWords(command)}"`,
    `misc_timeout ${Math.ceil(timeout)}`,
    ...(dynamic ? ['misc_dynamic'] : []),
  ];
}

function dnsLines({ name, record }: DnsCheck): string[] {
  return [`type ${record}`, `name ${word(name)}`];
}

/** There are no quotes within quotes, and backslashes and line ends are read in a way of their own. */
function isWritable(text: string): boolean {
  return !/["\\\r\n]/.test(text);
}

const records = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'SOA', 'TXT'];

/** Whether keepalived has such a check at all, and what of it is lost. */
export function canCheck({ name, check }: DeclaredVirtualServer, warnings: Warnings): boolean {
  const lost = (what: string, means: string) => void warnings.add(null, `${name}: ${what}`, means);
  if (check === null) return true;
  if (check.type === 'dns' && !records.includes(check.record)) {
    lost(`check.record: ${check.record}`, 'not checked: keepalived does not ask for such records');
    return false;
  }
  // keepalived 2.2 takes a first label of one letter for an empty one.
  if (check.type === 'dns' && check.name !== '.' && /^\.|^.\.|\.\./.test(check.name)) {
    lost(`check.dns: ${check.name}`, 'not checked: keepalived takes the name to have an empty label');
    return false;
  }
  if (check.type === 'exec' && check.command.some((each) => /["\\$\r\n]/.test(each))) {
    lost('check.exec', 'not checked: the words of the command cannot be written here');
    return false;
  }
  if ((check.type === 'http' || check.type === 'https') && !isWritable(`${check.path}${check.host ?? ''}`)) {
    lost(`check.${check.type}`, 'not checked: its path or host cannot be written here');
    return false;
  }
  if (check.rise !== 1) lost(`check.rise: ${check.rise}`, 'a real server is back with its first success');
  if (check.type === 'exec' && !Number.isInteger(check.timeout))
    lost('check.timeout', `is ${Math.ceil(check.timeout)} s`);
  if (check.type === 'http' || check.type === 'https') {
    if (check.body !== null && !isWritable(check.body)) lost('check.body', 'the answer is not compared with a pattern');
    if (check.tls?.verify === true) lost('check.verify', 'any certificate will do');
    const named = check.host?.replace(/:\d+$/, '') ?? null;
    if (check.tls?.name != null && check.tls.name !== named) lost('check.tls-name', 'SNI has the name of host');
  }
  return true;
}
