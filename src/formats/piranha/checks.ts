import { isIPv4 } from 'node:net';
import { schedulersWithoutWeights } from '../../model/schedulers.ts';
import { type Monitoring, onFailure, withoutDefaults } from '../monitoring.ts';
import { within } from '../numbers.ts';
import type { Warnings } from '../warnings.ts';
import type { Directives } from './directives.ts';
import { wrong } from './directives.ts';

/** nanny's own. */
const defaultTimeout = 10;
const defaultReentry = 180;

/** How nanny watches over the real servers of a virtual server, in lvs.yaml's words. */
export function readMonitoring(
  directives: Directives,
  scheduler: string,
  /** That real servers do not have: they are behind a mark. */
  port: number | null,
  warnings: Warnings,
): Monitoring {
  const check = readCheck(directives, warnings);
  const load = readLoad(directives, scheduler, warnings);
  const quiesce = directives.flag('quiesce_server') ?? false;
  const sorry = directives.get('sorry_server');
  if (sorry !== undefined && !isIPv4(sorry.value)) throw wrong(sorry, 'an IPv4 address');
  return {
    ...(check !== null && {
      check: withoutDefaults({ ...check, ...(port !== null && { port }), ...times(directives) }),
    }),
    ...(check !== null && onFailure(quiesce)),
    ...(load && { load: { ssh: 'uptime' } }),
    ...(sorry !== undefined && { 'sorry-server': sorry.value }),
  };
}

/**
 * nanny gives a server up after `timeout` seconds without a good answer: two checks in a row fail here. One that is back waits
 * `reentry` seconds: so many checks in a row succeed.
 */
function times(directives: Directives): { interval: number; rise: number; fall: number } {
  const timeout = directives.number('timeout', 1, 86_400) ?? defaultTimeout;
  const reentry = directives.number('reentry', 0, 86_400) ?? defaultReentry;
  const interval = within(timeout / 2, 0.1, 3600);
  return { interval, rise: within(Math.ceil(reentry / interval), 1, 1000), fall: 2 };
}

function readCheck(
  directives: Directives,
  warnings: Warnings,
): { tcp: true } | { http: string; status?: number } | null {
  const [send, expect] = [directives.get('send'), directives.get('expect')];
  const regex = directives.get('use_regex');
  if (regex !== undefined && directives.flag('use_regex') && expect !== undefined) {
    warnings.add(regex.place, regex.text, 'answers are not compared with regular expressions');
  }
  for (const key of ['send_program', 'expect_program']) {
    const program = directives.get(key);
    if (program === undefined || program.value === '') continue;
    warnings.add(
      program.place,
      program.text,
      'no check: write check: { exec: PROGRAM } for a program that exits with 0 when all is well',
    );
    return null;
  }
  if (send === undefined || send.value === '') {
    if (expect !== undefined && expect.value !== '') {
      warnings.add(expect.place, expect.text, 'only whether a connection opens is checked');
    }
    return { tcp: true };
  }
  const [, path] = /^GET (\/[!-~]*)(?: HTTP\/1\.[01])?\r?\n/.exec(send.value) ?? [];
  const wanted = expect?.value ?? '';
  const [, status] = /^HTTP\/1\.[01] ([1-5]\d\d)\b/.exec(wanted) ?? [];
  if (path === undefined || !(wanted === '' || /^HTTP(\/1(\.[01])?)?$/.test(wanted) || status !== undefined)) {
    const told = expect ?? send;
    warnings.add(told.place, told.text, 'lvs has no such dialogue: only whether a connection opens is checked');
    return { tcp: true };
  }
  if (status !== undefined) return { http: path, status: Number(status) };
  const told = expect ?? send;
  warnings.add(told.place, told.text, 'here an answer is good with a status from 200 to 399, there with any');
  return { http: path };
}

/** Whether load averages become weights. */
function readLoad(directives: Directives, scheduler: string, warnings: Warnings): boolean {
  const monitor = directives.get('load_monitor');
  if (monitor === undefined) return false;
  const word = directives.word('load_monitor', ['none', 'uptime', 'rup', 'ruptime']) ?? 'none';
  if (word === 'none') return false;
  if (word !== 'uptime') {
    warnings.add(monitor.place, monitor.text, 'weights stay as stated: load is read with an agent or over ssh (load:)');
    return false;
  }
  if (!schedulersWithoutWeights.some((known) => known === scheduler)) return true;
  warnings.add(monitor.place, monitor.text, `weights stay as stated: scheduler ${scheduler} ignores them`);
  return false;
}
