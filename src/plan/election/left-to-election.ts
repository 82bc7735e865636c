import type { RouterState } from '../../model/state.ts';
import type { Change } from '../change.ts';
import { addressesIn } from './keepalived-conf.ts';
import { electionPlaces } from './places.ts';

/**
 * The changes where keepalived enables and disables its own addresses: they are shown, verified and not carried out by us.
 * An address of its that somebody deletes makes it give up all of them; when it stops, it removes them.
 */
export function leftToElection(changes: readonly Change[], before: RouterState, after: RouterState): Change[] {
  const [old, wanted] = [before, after].map(({ files }) => files.get(electionPlaces.config));
  const [ran, runs] = [old?.running === true, wanted?.running === true];
  const texts = [old?.content, wanted?.content].filter((text) => typeof text === 'string');
  const elected = new Set(texts.flatMap((text) => [...addressesIn(text)]));
  const isLeft = ({ action, kind, key }: Change) =>
    kind === 'address' && elected.has(key) && (runs || (ran && action === 'remove'));
  return changes.map((change) => (isLeft(change) ? { ...change, commands: [] } : change));
}
