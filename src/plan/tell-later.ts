import { type ArpingFlavour, announce, probe, probeStatus } from '../grammar/arping-commands.ts';
import { oneLine } from '../grammar/one-line.ts';
import { familyOf, fullPrefix } from '../model/ip.ts';
import type { HeldAddress } from '../model/state.ts';
import { advertise, elected } from './advertise.ts';
import { announcing, noteHolder, openLock } from './brief-lock.ts';
import type { Command, Stage } from './change.ts';

/** As long as this is there, nobody has been told yet. */
const untold = '/run/lvs/untold';

/**
 * A router has addresses silently for a moment. Should lvs die then, it announces them by itself, where they are and no other
 * machine answers for one of them any more, which is given some seconds, for it may be about to give them up: neighbours would go
 * on sending to a router that has done so.
 *
 * Its words, behind the status of a probe that nobody answers: `h ADDRESS DEVICE` for each, `p` and `a` with the words of
 * arping that ask for it and announce it, and `6 ADDRESS/PREFIX DEVICE`.
 */
const tellLater = oneLine`
exec >/dev/null 2>&1; set -f;
free=$1; shift;
${advertise};
${elected};
${openLock};
until flock -n 9; do sleep 1; [ -e ${untold} ] || exit; done;
${noteHolder(announcing)};
[ -e ${untold} ] || exit;
rm -f ${untold};
flock -u 9;
only() { kind=$1; shift; for words do case $words in "$kind "*) printf '%s\\n' "\${words#? }";; esac; done; };
elsewhere() { only h "$@" | while read -r address device; do [ -n "$(ip -o addr show dev "$device" to "$address")" ] || echo yes; done; };
tries=5;
until only p "$@" | xargs -r -P 64 -L 1 sh -c 'arping "$@"; [ $? -eq "$0" ]' "$free"; do [ $((tries -= 1)) -gt 0 ] || exit; sleep 1; done;
flock -w 5 9 || exit;
${noteHolder(announcing)};
[ -z "$(elsewhere "$@")" ] || exit;
only 6 "$@" | while read -r place device; do elected "$place" || advertise "$place" "$device"; done;
flock -u 9;
only a "$@" | xargs -r -P 64 -L 1 arping`;

/** Starts it, in the stage before the addresses are enabled. */
export function tellingLater(
  addresses: readonly HeldAddress[],
  { arping, withoutArp }: { readonly arping: ArpingFlavour; readonly withoutArp: ReadonlySet<string> },
): Command[] {
  const audible = addresses.filter(({ device }) => !withoutArp.has(device));
  const words = audible.flatMap(({ address, device }) => {
    const here = `h ${address} ${device}`;
    if (familyOf(address) === 'ipv6') return [here, `6 ${address}/${fullPrefix('ipv6')} ${device}`];
    const asking = probe(arping, address, device).join(' ');
    return [here, `p ${asking}`, `a ${announce(arping, address, device, 2).join(' ')}`];
  });
  const unanswered = String(probeStatus[arping].unanswered);
  return [
    { stage: 'prepare', argv: ['touch', untold] },
    { stage: 'prepare', argv: ['setsid', '-f', 'sh', '-c', tellLater, 'tell-later', unanswered, ...words] },
  ];
}

/** Everybody has been told, or need not be. */
export function told(stage: Stage): Command {
  return { stage, argv: ['rm', '-f', untold] };
}
