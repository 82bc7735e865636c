import type { ArpingFlavour } from '../../grammar/arping-commands.ts';
import type { Place } from '../../router/probe.ts';
import type { Runner } from '../../router/runner.ts';
import type { WireAnswer } from '../model/examination.ts';

/**
 * Asks on the wire for addresses, many at a time, without a word about who asks. Words are the arping, then address and device
 * in turn; a line each: address, device, status, and the hardware addresses of those who answered.
 */
const askAll = [
  'flavour=$1; shift',
  'arp() { case $flavour in habets) arping -0 -c 2 -C 1 -i "$2" "$1";; *) arping -D -c 2 -w 2 -I "$2" "$1";; esac; }',
  'neighbour() { command -v ping >/dev/null || return 2; ping -6 -q -n -c 2 -w 2 -I "$2" "$1" >/dev/null 2>&1; [ $? -le 1 ] || return 2; ip neigh show to "$1" dev "$2"; }',
  'ask() { case $1 in *:*) said=$(neighbour "$@");; *) said=$(arp "$@" 2>&1);; esac; status=$?; macs=$(printf "%s\\n" "$said" | grep -Eio "([0-9a-f]{2}:){5}[0-9a-f]{2}" | tr "\\n" " "); echo "$1 $2 $status $macs"; }',
  'many=0',
  'while [ $# -gt 1 ]; do ask "$1" "$2" </dev/null & shift 2; many=$((many + 1)); [ $((many % 64)) -ne 0 ] || wait; done',
  'wait',
].join('; ');

/** Who answers for addresses; takes two seconds for each 64 of them. */
export async function askOnWire(
  runner: Runner,
  flavour: ArpingFlavour,
  places: readonly Place[],
): Promise<WireAnswer[]> {
  if (places.length === 0) return [];
  const words = places.flatMap(({ address, device }) => [address, device]);
  const { stdout } = await runner.run(['sh', '-c', askAll, 'ask', flavour, ...words]);
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, device]) => device !== undefined)
    .map(([address = '', device = '', status, ...macs]) => ({
      address,
      device,
      // With one of the two programs 1 says that somebody answered, with the other one that nobody did.
      macs:
        macs.length === 0 && status !== '0' && status !== '1'
          ? null
          : [...new Set(macs.map((mac) => mac.toLowerCase()).filter(isMachine))],
    }));
}

/** The two programs print to whom they ask, too: everyone. */
function isMachine(mac: string): boolean {
  return mac !== 'ff:ff:ff:ff:ff:ff' && mac !== '00:00:00:00:00:00';
}
