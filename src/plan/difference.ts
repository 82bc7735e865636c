import type { ArpingFlavour } from '../grammar/arping-commands.ts';
import type { RouterState } from '../model/state.ts';
import { addressChanges, announcer } from './address-changes.ts';
import { type Change, stages } from './change.ts';
import { electionPlaces } from './election/places.ts';
import { type ElectionService, holdCommands, serviceCommands } from './election/service.ts';
import { type Consequences, fileChanges } from './files/file-changes.ts';
import { settingChanges, syncDaemonChanges, timeoutChanges } from './setting-changes.ts';
import { virtualServerChanges } from './virtual-server-changes.ts';

/** What decides how commands are written on a router. */
export interface Tools {
  readonly arping: ArpingFlavour;
  /** Devices on which nobody is told of an address. */
  readonly withoutArp: ReadonlySet<string>;
  /** Where keepalived moves the addresses. */
  readonly election?: ElectionService | null;
}

/** The changes that lead from one state of a router to another, the fewest there are, in the order in which they begin. */
export function difference(before: RouterState, after: RouterState, tools: Tools): Change[] {
  const changes = [
    ...settingChanges(before.settings, after.settings),
    ...timeoutChanges(before.timeouts, after.timeouts),
    ...syncDaemonChanges(before.syncDaemons, after.syncDaemons),
    ...virtualServerChanges(before.virtualServers, after.virtualServers),
    ...fileChanges(before.files, after.files, consequencesOf(before, after, tools)),
    ...addressChanges(before, after, announcer(tools)),
  ];
  return changes.sort((a, b) => firstStage(a) - firstStage(b));
}

function consequencesOf(before: RouterState, after: RouterState, { election }: Tools): Consequences {
  return (path, present, wanted) => {
    if (!election) return [];
    if (path === electionPlaces.hold) return holdCommands(election, wanted);
    if (path !== electionPlaces.config) return [];
    return serviceCommands(election, { before, after }, present, wanted);
  };
}

function firstStage({ commands }: Change): number {
  const [first] = commands;
  return first === undefined ? 0 : stages.indexOf(first.stage);
}
