import { oneLine } from '../grammar/one-line.ts';
import { familyOf, fullPrefix } from '../model/ip.ts';
import type { HeldAddress } from '../model/state.ts';
import { announcing, noteHolder, openLock } from './brief-lock.ts';
import type { Command, Stage } from './change.ts';
import { electionPlaces } from './election/places.ts';
import { lendingWords } from './lending.ts';
import { findKeepalived, rootProcess } from './root-process.ts';

/**
 * For sh(1): an IPv6 address announces itself when it comes to a device, unless it comes with `nodad`; so it goes and comes
 * again. Meanwhile it is lent to the loopback device, so that the router has it all the time, and taken back whatever happens.
 */
export const advertise = oneLine`
advertise() {
  kept=;
  ip addr add "$1" ${lendingWords(60)} 2>/dev/null && kept=lo;
  printf 'addr del %s dev %s\\naddr add %s dev %s\\n' "$1" "$2" "$1" "$2" | ip -batch -;
  set -- "$1" $?;
  [ -z "$kept" ] || ip addr del "$1" dev lo;
  return $2;
}`;

/**
 * For sh(1): whether keepalived moves an address by now. Then it has to stay where it is: keepalived would give up all that it
 * has.
 */
export const elected = oneLine`
${rootProcess} ${findKeepalived}
elected() { grep -qsF " \${1%/*}/" ${electionPlaces.config} && (set +f; keepalived); }`;

const advertiseAll = oneLine`${advertise};
while [ $# -gt 0 ]; do advertise "$1" "$2" || exit 1; shift 2; done`;

/** Has IPv6 addresses announce themselves that are on their devices already. */
export function advertising(stage: Stage, addresses: readonly HeldAddress[]): Command {
  return { stage, argv: ['sh', '-c', advertiseAll, 'advertise', ...placesOf(addresses)] };
}

export function isAdvertising({ argv }: Command): boolean {
  return argv[2] === advertiseAll;
}

/**
 * The same once a second, as long as any is there and keepalived does not move it. An address that is on its way must not be
 * taken for one that is not there: so nobody else is at work meanwhile, neither a run nor half a failover (see turn.ts), and a
 * run that has begun this ends first.
 */
const advertiseAgain = oneLine`
exec >/dev/null 2>&1;
times=$1; shift;
${advertise};
${elected};
here() { [ -n "$(ip -o addr show dev "$2" to "$1")" ]; };
all() {
  any=;
  while [ $# -gt 0 ]; do
    if here "$@" && ! elected "$1"; then any=yes; advertise "$1" "$2"; fi;
    shift 2;
  done;
  [ -n "$any" ];
};
${openLock}; exec 8<>/run/lvs/turn || exit;
while :; do
  flock -w 60 9 || exit;
  ${noteHolder(announcing)};
  if flock -n 8; then all "$@" || exit; fi;
  flock -u 8; flock -u 9;
  times=$((times - 1)); [ $times -gt 0 ] || exit;
  sleep 1;
done`;

/** The command that does it, for a process of its own. */
export function advertisingAgain(times: number, addresses: readonly HeldAddress[]): string[] {
  return ['sh', '-c', advertiseAgain, 'advertise', String(times), ...placesOf(addresses)];
}

/** Whether an address can go and come again: with one that is for a whole network its routes would go, too. */
export function canAdvertise({ address, prefix }: HeldAddress): boolean {
  return familyOf(address) === 'ipv6' && prefix === fullPrefix('ipv6');
}

function placesOf(addresses: readonly HeldAddress[]): string[] {
  return addresses.flatMap(({ address, prefix, device }) => [`${address}/${prefix}`, device]);
}
