import type { HeldAddress, RouterState } from '../../model/state.ts';
import { placementOf } from '../placements.ts';
import { placementsIn } from './keepalived-conf.ts';
import { electionPlaces } from './places.ts';

/**
 * The addresses that keepalived removes when it reads its new configuration, or stops: a change of that file takes them off the
 * air as surely as ip(8) does, and is planned, asked about and counted as their removal.
 */
export function droppedByElection(live: RouterState, files: RouterState['files']): (held: HeldAddress) => boolean {
  const [old, wanted] = [live.files.get(electionPlaces.config), files.get(electionPlaces.config)];
  if (old?.running !== true || old.content === null || wanted === undefined) return () => false;
  const stays = wanted.running === true ? placementsIn(wanted.content ?? old.content) : new Set<string>();
  const had = placementsIn(old.content);
  return (held) => had.has(placementOf(held)) && !stays.has(placementOf(held));
}
