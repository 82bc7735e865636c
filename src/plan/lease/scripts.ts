import { oneLine } from '../../grammar/one-line.ts';
import { rollingBack } from '../brief-lock.ts';
import { arming, watcher } from '../rollback/watcher.ts';
import { leasePlace } from './place.ts';

/*
 * What ends a run by itself on a router if it shows no sign of life: see rollback/watcher.ts. Beside what stands there the
 * directory holds
 *
 *   ended      the run has come to its end, and called it off
 *   left       the run has come to its end, and leaves it to the routers to settle what holds
 *   kept       addresses were kept, or the run says so at its end: the steps in `listening` are carried out without the lock
 *
 * They are removed at the end; on a file system that is read-only, as soon as it can be written again. A run that arms it again
 * makes a new directory, and the watcher of the old one sees nothing of it any more.
 */

/** Waits for signs of life of the session that has the lock for the run; without any it ends that session, and then the run. */
export const watchScript = watcher({
  place: leasePlace,
  owner: rollingBack,
  functions: oneLine`
begin() { :; };
due() { silent || [ -e left ]; };
nap() { sleep 0.5; };
overdue() { false; };
called_off() { [ ! -e kept ] || carry_out listening; clear_away; };
clear_away() { tries=150; until rm -f -- * || [ $((tries -= 1)) -lt 0 ]; do sleep 2; done; };
settle() { :; };
leave() {
  why='the run showed no sign of life: ended by this router itself';
  [ ! -s report ] || why="$why; not everything could be rolled back: $(head -n 1 report)";
  logger -t lvs -p user.warning -- "$me1, from $me2: $me4: $why";
  [ ! -e kept ] || carry_out listening;
  clear_away;
}`,
});

/** On stdin the steps are followed by those for listening; the watcher needs no word, and there are none of the kind. */
export const armScript = arming({ name: 'lease', place: leasePlace, second: 'listening' });

/** What the run itself does at its end; it fails if the router was earlier. */
export const endLease = ['mv', '--', `${leasePlace}/armed`, `${leasePlace}/ended`] as const;

/** What it does if it was not rolled back whole: it is ended as soon as its lock is free. Nothing where the router was earlier. */
export const leaveLease = ['ln', '--', `${leasePlace}/armed`, `${leasePlace}/left`] as const;

/** The same as endLease, and the router goes on listening. */
export const listenOn = ['sh', '-c', `: >${leasePlace}/kept && ${endLease.join(' ')}`, 'listen-on'] as const;
