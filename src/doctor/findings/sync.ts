import { startDaemon, stopDaemon } from '../../grammar/ipvsadm-commands.ts';
import { shellWords } from '../../grammar/shell.ts';
import type { SyncDaemon } from '../../model/state.ts';
import type { Change } from '../../plan/change.ts';
import { syncDaemonChanges } from '../../plan/setting-changes.ts';
import { targetDaemons } from '../../plan/target.ts';
import type { Examination, Examined } from '../model/examination.ts';
import type { Finding, FixStep } from '../model/finding.ts';
import { syncDevice } from './declared.ts';
import { findingOf } from './setting.ts';

/** Whether connections are told to the other router, and heard there. */
export function syncFindings(router: Examined, examination: Examination): Finding[] {
  const { desired, state, kernel } = router;
  const device = syncDevice(router, examination);
  if (desired.syncDaemons === null || state === null || !kernel.ipvs || device === null) return [];
  const changes = syncDaemonChanges(state.syncDaemons, targetDaemons(state.syncDaemons, desired.syncDaemons));
  if (changes.length > 0) return changes.map((change) => notAsDeclared(change, state.syncDaemons));
  const { listening } = router.sync;
  if (!listening.includes(device)) return [deaf(router, device)];
  return notHeard(router, examination);
}

const why = 'the other router does not know the connections of this one, or this one not its: they break at a failover';

function notAsDeclared({ key, action, commands }: Change, running: readonly SyncDaemon[]): Finding {
  return {
    id: 'sync-daemon',
    severity: 'problem',
    what: action === 'add' ? `the sync daemon ${key} does not run` : `the sync daemon ${key} does not run as declared`,
    why,
    ...mendedBy(
      commands.map(({ argv }) => argv),
      running,
    ),
  };
}

/** A daemon whose device went away and came back listens to nothing. */
function deaf({ state }: Examined, device: string): Finding {
  const running = state?.syncDaemons ?? [];
  const restarted = running
    .filter(({ role }) => role === 'backup')
    .flatMap((daemon) => [stopDaemon(daemon), startDaemon(daemon)]);
  return {
    id: 'sync-deaf',
    severity: 'problem',
    what: `the sync daemon backup runs, and does not listen on ${device}`,
    why: 'it hears nothing of the connections of the other router: they break at a failover',
    ...mendedBy(
      restarted.map((words) => ['ipvsadm', ...words]),
      running,
    ),
  };
}

/** Starts and stops of daemons. */
function mendedBy(
  argvs: readonly (readonly string[])[],
  running: readonly SyncDaemon[],
): Pick<Finding, 'mend' | 'fix'> {
  const steps: FixStep[] = argvs.map((argv) => ({ argv, undo: inverse(argv, running) }));
  return { mend: argvs.map(shellWords).join(' && '), fix: { steps, settings: [], modules: [] } };
}

/** A start is undone by a stop, and the other way round. */
function inverse([, verb, role]: readonly string[], running: readonly SyncDaemon[]): readonly string[] | null {
  if (verb === '--start-daemon' && role !== undefined) return ['ipvsadm', '--stop-daemon', role];
  const former = running.find((daemon) => daemon.role === role);
  return former === undefined ? null : ['ipvsadm', ...startDaemon(former)];
}

/** So many connections are told within a moment, and some of them would be known. */
const enough = 5;

/** Established connections of a peer, none of which is known here. */
function notHeard(router: Examined, { routers }: Examination): Finding[] {
  const telling = routers.filter((peer) => peer !== router && peer.sync.connections.size >= enough);
  const unheard = telling.filter(({ sync }) => [...sync.connections].every((key) => !router.sync.known.has(key)));
  return unheard.map((peer) =>
    findingOf({
      id: 'sync-not-heard',
      severity: 'problem',
      what: `${peer.name} has ${peer.sync.connections.size} established connections, and none of them is known here`,
      why: 'its messages do not arrive: the connections break at a failover',
      mend: 'tcpdump -ni any udp port 8848 # see firewalls, the switch, and "lvs diff"',
    }),
  );
}
