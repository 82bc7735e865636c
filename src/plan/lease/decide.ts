import { type ArpingFlavour, announce, answerPattern, census } from '../../grammar/arping-commands.ts';
import { oneLine } from '../../grammar/one-line.ts';
import type { HeldAddress } from '../../model/state.ts';
import { advertise } from '../advertise.ts';
import { noteHolder, openLock, rollingBack } from '../brief-lock.ts';
import type { Command } from '../change.ts';
import { masterHere } from '../election/ask.ts';

/**
 * What a router does with addresses that a dead run was moving:
 *
 *   taker      it has taken them, or was about to
 *   releaser   it had them before
 *   elected    it has taken them ahead of keepalived, which was to follow
 *   listener   it has kept them as a taker, or has taken them from a router that did not answer, and makes sure that it stays alone
 *
 * And what it does in a run that is rolled back by all routers at the same time, which ends with a failure if it must not go on:
 *
 *   giver      it waits until the other one has them again
 *   returner   it has them again, and removes them once more if the other one keeps them
 *
 * If none of the addresses can be asked for, the one that had them before has them again: `blind-taker`, `blind-releaser`.
 */
export type DecisionMode =
  | 'taker'
  | 'releaser'
  | 'elected'
  | 'listener'
  | 'giver'
  | 'returner'
  | 'blind-taker'
  | 'blind-releaser';

/**
 * Seconds. They make two routers agree that cannot talk to each other: whoever would have to release decides at a time of its own.
 * A taker releases as soon as it hears another router; a releaser does so when it has heard one for longer than a taker needs; a
 * taker that has decided to keep them, after that.
 */
const seconds = { silence: 3, grace: 3, again: 2, after: 4 } as const;

/** Seconds that depend on the run. */
export interface Times {
  /** That an election takes, a giver waits, or after which a listener or a returner that hears another router has none of them. */
  readonly patience?: number;
  /** That a listener listens at most; without it as long as it has the addresses. */
  readonly longest?: number;
}

/** After a run that died: by then a releaser that woke up has decided. */
export const keptTimes: Times = { patience: 11, longest: 3600 };

/**
 * After a run that went on without a router that may wake up with the addresses at any time, and knows of no run. Its
 * MAC addresses are not known, so any machine that answers is taken for it; after a day that is less likely than a machine that
 * should not answer, to which this one would lose the addresses although no other router serves them.
 */
export const forcedTimes: Times = { patience: 4, longest: 86_400 };

/** After a run that was not confirmed: a giver is done with a question within some seconds. */
export const givingTimes: Times = { patience: 20 };
export const returningTimes: Times = { patience: 10 };

/**
 * Its words: the mode, what a line of an answer that counts matches, the times, and then a kind and its words each. A question ends
 * with the first such answer.
 */
const decide = oneLine`
set -f; mode=$1 answer=$2 patience=$3 longest=$4; shift 4;
${advertise};
only() { kind=$1; shift; for words do case $words in "$kind "*) printf '%s\\n' "\${words#"$kind "}";; esac; done; };
clock() { read -r now rest </proc/uptime; now=\${now%.*}; };
question() {
  sh -c 'echo $$; exec arping "$@"' arping $1 2>/dev/null |
  { read -r process; grep -qiE -m 1 -e "$answer" || exit 1; kill "$process" 2>/dev/null; :; };
};
heard() {
  asking=;
  for words do case $words in 'ask '*) question "\${words#ask }" & asking="$asking $!";; esac; done;
  for process in $asking; do if wait "$process"; then return 0; fi; done;
  return 1;
};
silent() {
  clock; until=$((now + $1)); shift;
  until heard "$@"; do clock; [ $now -lt $until ] || return 0; sleep 0.3; done;
  return 1;
};
here() { [ -n "$(only here "$@" | while read -r place device; do ip -o addr show dev "$device" to "$place"; done)" ]; };
say() { logger -t lvs -p user.warning -- "$1" & };
take() {
  only add "$@" | ip -force -batch -;
  only tell "$@" | xargs -r -P 64 -L 1 arping;
  only tell6 "$@" | while read -r place device; do advertise "$place" "$device"; done;
};
leave() { only del "$@" | ip -force -batch -; };
keep() { take "$@"; : >kept; say 'floating addresses kept: no other router answers for them'; };
release() { leave "$@"; say 'floating addresses released to the other router'; };
enable() { take "$@"; say 'floating addresses enabled: no other router answers for them'; };
${masterHere};
case $mode in
  taker)
    here "$@" || exit 0;
    if silent ${String(seconds.silence)} "$@"; then keep "$@"; else release "$@"; fi;;
  giver)
    clock; until=$((now + patience));
    until heard "$@"; do
      clock;
      [ $now -lt $until ] || { echo 'no other router answers for the addresses: they stay' >&2; exit 1; };
      sleep 0.1;
    done;;
  returner)
    clock; until=$((now + patience));
    while heard "$@"; do
      clock;
      [ $now -lt $until ] || { leave "$@"; echo 'the other router still answers for the addresses: removed again' >&2; exit 1; };
      sleep 0.5;
    done;;
  blind-taker) ! here "$@" || release "$@";;
  blind-releaser) enable "$@";;
  elected)
    here "$@" || exit 0;
    clock; until=$((now + patience));
    until master; do
      clock;
      [ $now -lt $until ] || { if heard "$@"; then release "$@"; fi; exit 0; };
      sleep 0.5;
    done;;
  releaser)
    if here "$@"; then
      sleep ${String(seconds.grace)};
      if heard "$@" && sleep ${String(seconds.again)} && heard "$@"; then release "$@"; silent ${String(seconds.after)} "$@" || exit 0; fi;
      enable "$@";
    elif silent ${String(seconds.silence)} "$@"; then enable "$@"; fi;;
  listener)
    clock; begun=$now since=;
    while [ -e kept ] && clock && { [ -z "$longest" ] || [ $((now - begun)) -lt "$longest" ]; } && here "$@"; do
      if heard "$@"; then
        clock; [ -n "$since" ] || since=$now;
        if [ $((now - since)) -ge "$patience" ]; then
          ${openLock}; flock -w 60 9 && [ -e kept ] || exit 0;
          ${noteHolder(rollingBack)};
          release "$@"; exit 0;
        fi;
      else since=; fi;
      sleep 1;
    done;;
esac;
:`;

export interface Moving {
  /** The addresses, as they are on this router when it has them. */
  readonly addresses: readonly HeldAddress[];
  /** Those that can be asked for and announced; see announcements.ts. */
  readonly audible: { readonly ipv4: readonly HeldAddress[]; readonly ipv6: readonly HeldAddress[] };
  /** What enables and disables them here. */
  readonly enable: readonly Command[];
  readonly disable: readonly Command[];
  /** Of the other routers, at least one; null: not known, so that any answer counts. */
  readonly macs: readonly string[] | null;
  /** By device, an address of this router there that stays. */
  readonly own: ReadonlyMap<string, string>;
}

/** The command by which a router decides. */
export function deciding(
  mode: DecisionMode,
  arping: ArpingFlavour,
  { addresses, audible: { ipv4, ipv6 }, enable, disable, macs, own }: Moving,
  { patience = 0, longest }: Times = {},
): string[] {
  // One for each network will do.
  const asked = [...new Map(ipv4.map((held) => [held.device, held])).values()];
  const words = [
    ...addresses.map(({ address, prefix, device }) => `here ${address}/${prefix} ${device}`),
    ...asked
      .flatMap(({ address, device }) => census(arping, address, device, own.get(device) ?? null))
      .map((argv) => `ask ${argv.join(' ')}`),
    ...enable.map(
      ({ argv }) =>
        `add ${argv
          .slice(1)
          .join(' ')
          .replace(/^addr add /, 'addr replace ')}`,
    ),
    ...disable.map(({ argv }) => `del ${argv.slice(1).join(' ')}`),
    ...ipv4.map(({ address, device }) => `tell ${announce(arping, address, device, 2).join(' ')}`),
    ...ipv6.map(({ address, prefix, device }) => `tell6 ${address}/${prefix} ${device}`),
  ];
  return ['sh', '-c', decide, 'decide', mode, answerPattern(macs), String(patience), String(longest ?? ''), ...words];
}
