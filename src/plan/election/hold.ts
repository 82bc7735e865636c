import type { HeldAddress } from '../../model/state.ts';
import type { Command, Stage } from '../change.ts';
import { awaitMaster } from './ask.ts';
import { longestElection } from './patience.ts';
import { electionPlaces } from './places.ts';

/** For sh(1): whether an address, with its prefix, is on a device. keepalived's own may stand beside it with another prefix. */
export const heldThere = `held() { case $(ip -o addr show dev "$2" to "$1") in *" $1 "*) ;; *) false;; esac; }`;

/** Puts keepalived at fault, and waits until it has removed its addresses, at most two seconds. */
const letGo = `echo 1 >"$1"; shift; left=100; ${heldThere}; while [ $# -gt 0 ]; do while held "$@"; do [ $left -gt 0 ] || { echo "keepalived keeps $1: see its log" >&2; exit 1; }; left=$((left - 1)); sleep 0.02; done; shift 2; done`;

/** Its words, where it is part of a stage that is carried out at once: see at-once.ts. */
export function asLetGo({ argv }: Command): readonly string[] | null {
  return argv[2] === letGo ? argv.slice(4) : null;
}

export function holdElection(stage: Stage, addresses: readonly HeldAddress[]): Command {
  // The last one that it removes first: then all are gone.
  const places = [...addresses].reverse().flatMap(({ address, prefix, device }) => [`${address}/${prefix}`, device]);
  return { stage, argv: ['sh', '-c', letGo, 'let-go', electionPlaces.hold, ...places] };
}

/** Whether it holds keepalived back. */
export function holdsElection({ argv }: Command): boolean {
  return argv[2] === letGo;
}

/** Lets it take part in the election again; under nopreempt it stays a backup as long as the other one is master. */
export function releaseElection(stage: Stage): Command {
  return setHold(stage, '0');
}

export function setHold(stage: Stage, value: '0' | '1'): Command {
  return { stage, argv: ['sh', '-c', writing(value), value === '0' ? 'release' : 'hold', electionPlaces.hold] };
}

function writing(value: '0' | '1'): string {
  return `echo ${value} >"$1"`;
}

/** Whether it does that. */
export function releasesElection({ argv }: Pick<Command, 'argv'>): boolean {
  return argv[2] === writing('0');
}

/**
 * Should lvs die while a router is held, it is released all the same, later than in any election. Ends as soon as somebody has
 * released it.
 * @param advertInterval in seconds
 */
export function releaseLater(stage: Stage, advertInterval: number): Command {
  const looks = Math.ceil((18 + longestElection(advertInterval)) / secondsBetweenLooks);
  return { stage, argv: ['setsid', '-f', 'sh', '-c', later, 'release-later', electionPlaces.hold, String(looks)] };
}

const secondsBetweenLooks = 0.3;

const later = `exec >/dev/null 2>&1; held=; left=$2; while [ $left -gt 0 ]; do if [ "$(cat "$1")" != 0 ]; then held=yes; elif [ -n "$held" ]; then exit; fi; sleep ${secondsBetweenLooks}; left=$((left - 1)); done; echo 0 >"$1"`;

/** @param advertInterval in seconds */
export function untilMaster(stage: Stage, advertInterval: number): Command {
  const tenths = Math.ceil(10 * (5 + longestElection(advertInterval)));
  // To ask takes as long again.
  return { stage, argv: ['sh', '-c', awaitMaster, 'until-master', String(tenths)], waits: tenths / 5 };
}
