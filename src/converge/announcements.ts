import { announce } from '../grammar/arping-commands.ts';
import { familyOf } from '../model/ip.ts';
import type { HeldAddress } from '../model/state.ts';
import { orLost } from '../router/lost.ts';
import type { Execution } from './execute.ts';
import type { Planned } from './planned.ts';

/**
 * Announcements get lost, and a router that still holds an address answers for it: they are repeated for some seconds, unless
 * there are so many addresses that the processes would be a load.
 */
const repetitions = (addresses: number) => (addresses <= 64 ? 4 : 1);

/** Each argument is the words of one arping; constant text, so that no address is ever part of a shell's program. */
const announceAll = 'printf "%s\\n" "$@" | xargs -P 256 -L 1 arping';

/** Announces addresses again, at once and then once a second, from a process of its own that nobody waits for. */
export async function announceAgain(router: Planned, addresses: readonly HeldAddress[]): Promise<void> {
  const command = announcementOf(router, addresses);
  if (command !== null) await orLost(router.name, 'command-failed', router.runner.runApart(command));
}

/** The command for that; null: there is nothing to announce. */
export function announcementOf({ tools }: Planned, addresses: readonly HeldAddress[]): string[] | null {
  const { arping, withoutArp } = tools;
  const announced = addresses.filter(({ address, device }) => familyOf(address) === 'ipv4' && !withoutArp.has(device));
  const times = repetitions(announced.length);
  const lines = announced.map(({ address, device }) => announce(arping, address, device, times).join(' '));
  return lines.length === 0 ? null : ['sh', '-c', announceAll, 'announce', ...lines];
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
