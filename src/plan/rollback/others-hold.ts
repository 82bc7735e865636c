import { type ArpingFlavour, probe, probeStatus } from '../../grammar/arping-commands.ts';

/**
 * Waits until another machine answers for one of the addresses, some twenty seconds: they move as one. The first word is the
 * status with which arping says so; each other one is the words of one arping.
 */
const untilAnswered =
  'set -f; answered=$1; shift; left=5; while [ $left -gt 0 ]; do for words do arping $words >/dev/null 2>&1; [ $? -ne "$answered" ] || exit 0; done; left=$((left - 1)); sleep 0.1; done; echo "nobody else answers for the addresses: they stay" >&2; exit 1';

/** The command that ends well once others hold addresses; null: there is none that could be asked for. */
export function untilOthersHold(
  arping: ArpingFlavour,
  places: readonly { readonly address: string; readonly device: string }[],
): string[] | null {
  // One for each network will do.
  const asked = [...new Map(places.map((place) => [place.device, place])).values()];
  if (asked.length === 0) return null;
  const answered = String(probeStatus[arping].answered);
  const questions = asked.map(({ address, device }) => probe(arping, address, device).join(' '));
  return ['sh', '-c', untilAnswered, 'others-hold', answered, ...questions];
}
