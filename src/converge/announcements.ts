import { type ArpingFlavour, announce } from '../grammar/arping-commands.ts';
import { oneLine } from '../grammar/one-line.ts';
import { familyOf } from '../model/ip.ts';
import type { HeldAddress } from '../model/state.ts';
import { advertisingAgain, canAdvertise } from '../plan/advertise.ts';
import type { Tools } from '../plan/difference.ts';
import { orLost } from '../router/lost.ts';
import type { Execution } from './execute.ts';
import type { Planned } from './planned.ts';

/**
 * Announcements get lost, and a router that still holds an address answers for it: they are repeated for some seconds, unless
 * there are so many addresses that the processes would be a load.
 */
const repetitions = (addresses: number) => (addresses <= 64 ? 4 : 1);

/**
 * One address, once a second and as long as it is there: where it has left already, neighbours would be led astray. It cannot be
 * announced while its device is down: then that is tried for half a minute. Habets's arping fails where nobody replies, and says
 * nothing.
 */
const announceOne = (isDone: string, times: number) => oneLine`
for address do :; done; left=30; times=${String(times)};
while [ $times -gt 0 ] && [ $left -gt 0 ] && [ -n "$(ip -o addr show to "$address")" ]; do
sleep 1 &
if ${isDone}; then times=$((times - 1)); else left=$((left - 1)); fi;
wait;
done`;
const announceBy: Record<ArpingFlavour, (times: number) => string> = {
  iputils: (times) => announceOne('arping "$@"', times),
  habets: (times) => announceOne('said=$(arping "$@" 2>&1 >/dev/null) || [ -z "$said" ]', times),
};

/** Each argument is the words of one arping; constant text, so that no address is ever part of a shell's program. */
const announceAll = `script=$1; shift; printf "%s\\n" "$@" | xargs -P 256 -L 1 sh -c "$script" arping`;

/**
 * Announces addresses again, once a second, from processes of their own that nobody waits for: IPv4 ones at once, IPv6 ones
 * when the run is over. keepalived does that by itself for IPv6 addresses, and gives up all where one leaves its device.
 */
export async function announceAgain(router: Planned, addresses: readonly HeldAddress[]): Promise<void> {
  for (const command of announcementsOf(router, addresses))
    await orLost(router.name, 'command-failed', router.runner.runApart(command));
}

/**
 * Those of which neighbours are told, and how: by ARP, or by their coming again, which is for keepalived where that moves them.
 */
export function audible(
  addresses: readonly HeldAddress[],
  { withoutArp, election }: Tools,
): { readonly ipv4: readonly HeldAddress[]; readonly ipv6: readonly HeldAddress[] } {
  const heard = addresses.filter(({ device }) => !withoutArp.has(device));
  return {
    ipv4: heard.filter(({ address }) => familyOf(address) === 'ipv4'),
    ipv6: election == null ? heard.filter(canAdvertise) : [],
  };
}

/** The commands for that, each for a process of its own. */
export function announcementsOf({ tools }: Planned, addresses: readonly HeldAddress[]): string[][] {
  const { arping } = tools;
  const { ipv4, ipv6 } = audible(addresses, tools);
  const lines = ipv4.map(({ address, device }) => announce(arping, address, device, 1).join(' '));
  const script = announceBy[arping](repetitions(lines.length));
  return [
    ...(lines.length === 0 ? [] : [['sh', '-c', announceAll, 'announce', script, ...lines]]),
    ...(ipv6.length === 0 ? [] : [advertisingAgain(repetitions(ipv6.length), ipv6)]),
  ];
}

/** The addresses that a plan enables on a router. */
export function enabledAddresses({ plan }: Planned): HeldAddress[] {
  const present = new Set(plan.live.addresses);
  return plan.target.addresses.filter((held) => !present.has(held));
}

/**
 * What a router announces: what it comes to hold, and what it held already and another router gives up. Neighbours may know
 * either by the other one.
 */
function announcedBy(router: Planned, planned: readonly Planned[]): HeldAddress[] {
  const others = planned.filter((other) => other !== router);
  const givenUp = new Set(others.flatMap(givenUpAddresses));
  const enabled = new Set(enabledAddresses(router));
  return router.plan.target.addresses.filter((held) => enabled.has(held) || givenUp.has(held.address));
}

/** The addresses that a plan disables on a router. */
export function givenUpAddresses({ plan }: Planned): string[] {
  return plan.changes.filter(({ kind, action }) => kind === 'address' && action === 'remove').map(({ key }) => key);
}

/**
 * How a run announces what it enables. Where addresses leave another router, neighbours are told before that happens, and
 * again as soon as it has; where they come from nowhere, nobody needs to wait.
 */
export function announcing(planned: readonly Planned[], announce: 'wait' | 'apart'): Omit<Execution, 'signal'> {
  const stages = planned.flatMap(({ plan }) =>
    plan.changes.flatMap(({ commands }) => commands.map(({ stage }) => stage)),
  );
  const last = (['disable', 'tell', 'hold'] as const).find((stage) => stages.includes(stage)) ?? 'enable';
  return {
    skip: announce === 'wait' ? [] : ['announce'],
    afterStage: async (stage) => {
      if (stage !== last) return;
      await Promise.all(planned.map((router) => announceAgain(router, announcedBy(router, planned))));
    },
  };
}
