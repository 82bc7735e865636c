import { setTimeouts, startDaemon, stopDaemon } from '../grammar/ipvsadm-commands.ts';
import type { SyncDaemon, Timeouts } from '../model/state.ts';
import type { Change, Command } from './change.ts';
import { fieldsOfSyncDaemon } from './fields.ts';
import { endsPromotion } from './promotion.ts';

export function settingChanges(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Change[] {
  const changes: Change[] = [];
  for (const [name, value] of after) {
    const found = before.get(name);
    if (found === value) continue;
    changes.push({
      action: found === undefined ? 'add' : 'change',
      kind: 'setting',
      virtualServer: null,
      key: name,
      before: found === undefined ? null : { value: found },
      after: { value },
      commands: [
        { stage: endsPromotion(name, value) ? 'restore' : 'settings', argv: ['sysctl', '-w', `${name}=${value}`] },
      ],
    });
  }
  return changes;
}

export function timeoutChanges(before: Timeouts | null, after: Timeouts | null): Change[] {
  if (after === null) return [];
  if (before?.tcp === after.tcp && before.tcpFin === after.tcpFin && before.udp === after.udp) return [];
  return [
    {
      action: before === null ? 'add' : 'change',
      kind: 'setting',
      virtualServer: null,
      key: 'timeouts',
      before: before === null ? null : { ...before },
      after: { ...after },
      commands: [ipvsadm(setTimeouts(after))],
    },
  ];
}

/** The kernel runs one daemon of each role; another device or id takes a stop and a start. */
export function syncDaemonChanges(before: readonly SyncDaemon[], after: readonly SyncDaemon[]): Change[] {
  const changes: Change[] = [];
  for (const role of ['master', 'backup'] as const) {
    const [running, wanted] = [before, after].map((daemons) => daemons.find((daemon) => daemon.role === role));
    if (sameDaemon(running, wanted)) continue;
    const commands: Command[] = [];
    if (running !== undefined) commands.push(ipvsadm(stopDaemon(running)));
    if (wanted !== undefined) commands.push(ipvsadm(startDaemon(wanted)));
    changes.push({
      action: running === undefined ? 'add' : wanted === undefined ? 'remove' : 'change',
      kind: 'sync-daemon',
      virtualServer: null,
      key: role,
      before: running === undefined ? null : fieldsOfSyncDaemon(running),
      after: wanted === undefined ? null : fieldsOfSyncDaemon(wanted),
      commands,
    });
  }
  return changes;
}

/** A length that nobody asked for is the kernel's choice. */
function sameDaemon(running: SyncDaemon | undefined, wanted: SyncDaemon | undefined): boolean {
  if (running === undefined || wanted === undefined) return running === wanted;
  const sameLength = wanted.maxLength === null || wanted.maxLength === running.maxLength;
  return running.device === wanted.device && running.id === wanted.id && sameLength;
}

function ipvsadm(args: readonly string[]): Command {
  return { stage: 'settings', argv: ['ipvsadm', ...args] };
}
