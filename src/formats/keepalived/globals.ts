import { deviceProblem } from '../../config/words/names.ts';
import type { Sections } from '../imported.ts';
import { wholeNumberIn } from '../numbers.ts';
import type { Warnings } from '../warnings.ts';
import type { Statement } from './blocks.ts';
import { Keywords, shown, wrong } from './keywords.ts';

const mail = 'lvs sends no e-mail: its decisions are lines of its output';
const ofProcess =
  'a setting of the keepalived process: lvs writes a keepalived.conf of its own, and includes yours from conf.d';
const garp = 'lvs announces addresses in its own way';

/** What global_defs may hold that has no counterpart, and what that means. */
const withoutCounterpart: Readonly<Record<string, string>> = {
  router_id: 'routers have their names in routers:',
  notification_email: mail,
  notification_email_from: mail,
  smtp_server: mail,
  smtp_helo_name: mail,
  smtp_connect_timeout: mail,
  smtp_alert: mail,
  smtp_alert_vrrp: mail,
  smtp_alert_checker: mail,
  no_email_faults: mail,
  no_checker_emails: mail,
  lvs_flush: 'lvs leaves unmanaged servers unchanged, unless "apply --prune"',
  lvs_flush_on_stop: 'the kernel keeps the rules when lvs ends',
  lvs_flush_onstop: 'the kernel keeps the rules when lvs ends',
  vrrp_version: 'lvs has keepalived speak VRRP version 3',
  enable_script_security: 'exec checks run only from a file that root alone can write',
  script_user: 'exec checks run as lvs monitor does',
};

/** Of the first word of a keyword, where all that begin so have one meaning. */
const byPrefix: readonly (readonly [RegExp, string])[] = [
  [/^vrrp_g(arp|na)_|^vrrp_min_garp|^vrrp_vmac_garp/, garp],
  [/^(vrrp|checker|lvs|bfd)_/, ofProcess],
  [/^(snmp|enable_snmp|enable_traps|enable_dbus|dbus|notify|nftables|process)/, ofProcess],
  [/./, ofProcess],
];

/** What an import of keepalived.conf finds for the whole cluster in global_defs. */
export interface Globals {
  readonly timeouts: Sections['timeouts'];
  /** `id` is null where it is that of a VRRP instance, named here. */
  readonly sync: {
    readonly device: string;
    readonly id: number | null;
    readonly instance: string | null;
    readonly maxLength: number | null;
  } | null;
}

/** @throws LvsError invalid-input */
export function readGlobals(blocks: readonly Statement[], warnings: Warnings): Globals {
  const keywords = new Keywords(blocks.flatMap(({ block }) => block ?? []));
  const [timeouts, sync] = [keywords.one('lvs_timeouts'), keywords.one('lvs_sync_daemon')];
  for (const statement of keywords.others) {
    const { keyword, place } = statement;
    const known = Object.hasOwn(withoutCounterpart, keyword) ? withoutCounterpart[keyword] : undefined;
    const means = known ?? byPrefix.find(([form]) => form.test(keyword))?.[1] ?? ofProcess;
    warnings.add(place, shown(statement), means);
  }
  return {
    timeouts: timeouts && readTimeouts(timeouts),
    sync: sync === undefined ? null : readSync(sync, warnings),
  };
}

const keysOfTimeouts: Readonly<Record<string, 'tcp' | 'tcp-fin' | 'udp'>> = {
  tcp: 'tcp',
  tcpfin: 'tcp-fin',
  udp: 'udp',
};

function readTimeouts(statement: Statement): NonNullable<Sections['timeouts']> {
  const found: Partial<Record<'tcp' | 'tcp-fin' | 'udp', number>> = {};
  for (let at = 0; at < statement.words.length; at += 2) {
    const word = statement.words[at] ?? '';
    const key = Object.hasOwn(keysOfTimeouts, word) ? keysOfTimeouts[word] : undefined;
    const seconds = wholeNumberIn(statement.words[at + 1], 0, 2_678_400);
    if (key === undefined || seconds === null) throw wrong(statement, 'tcp SECONDS, tcpfin SECONDS, udp SECONDS');
    if (seconds > 0) found[key] = seconds;
  }
  return found;
}

function readSync(statement: Statement, warnings: Warnings): NonNullable<Globals['sync']> {
  const [device = '', ...words] = statement.words;
  if (deviceProblem(device) !== null) throw wrong(statement, 'a network device, and perhaps a VRRP instance');
  let [id, instance, maxLength]: [number | null, string | null, number | null] = [null, null, null];
  for (let at = 0; at < words.length; at += 1) {
    const [word = '', value] = [words[at], words[at + 1]];
    const number = (minimum: number, maximum: number) => {
      const found = wholeNumberIn(value, minimum, maximum);
      if (found === null) throw wrong(statement, `a number from ${minimum} to ${maximum} behind ${word}`);
      return found;
    };
    if (word === 'id') id = number(0, 255);
    else if (word === 'maxlen') maxLength = number(1, 65507);
    else if (word === 'inst') instance = value ?? null;
    else if (['port', 'ttl', 'group'].includes(word)) {
      warnings.add(statement.place, `${word} ${value ?? ''}`, "the kernel's own is used for synchronisation");
    } else {
      instance = word;
      continue;
    }
    at += 1;
  }
  return { device, id, instance, maxLength };
}
