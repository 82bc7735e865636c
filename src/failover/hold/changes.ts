import { familyOf } from '../../model/ip.ts';
import type { HeldAddress } from '../../model/state.ts';
import type { Change, Command, Stage } from '../../plan/change.ts';
import { divert, makeQueue, openQueue, removeQueue, settle } from './commands.ts';

/** What is to be known of the router that gives its addresses up. */
export interface QueuePlace {
  /** The virtual servers' addresses that leave it. */
  readonly addresses: readonly HeldAddress[];
  /** Devices that have a queue's qdisc still, of a run that died; null: it left nothing. */
  readonly leftover: readonly string[] | null;
}

/** The changes of the router that gives its addresses up, with new connections held back until it has. */
export function givingUp(changes: readonly Change[], { addresses, leftover }: QueuePlace): Change[] {
  const first = changes.find(({ key }) => addresses.some(({ address }) => address === key));
  const devices = devicesOf(addresses);
  return changes.map((change) => {
    if (change !== first) return change;
    const commands = [
      ...(leftover === null ? [] : removeQueue(leftover, 'prepare')),
      ...makeQueue(devices),
      ...addresses.flatMap(divert),
      ...settle(),
      ...change.commands,
      ...openQueue(),
      ...removeQueue(devices, 'tidy'),
    ];
    return { ...change, commands };
  });
}

/** What puts the queue's objects away, at whatever point the run ended. */
export function puttingAway({ addresses }: QueuePlace): Command[] {
  return [...openQueue(), ...removeQueue(devicesOf(addresses), 'tidy')];
}

/**
 * The changes of the router that takes the addresses. Real servers learn the way back first: what clients send here before
 * would be answered through the router that does not know of it.
 */
export function takingOver(changes: readonly Change[], natRouters: ReadonlySet<string>): Change[] {
  const isNatRouter = ({ key }: Change) => natRouters.has(key);
  const ordered = [...changes.filter(isNatRouter), ...changes.filter((change) => !isNatRouter(change))];
  return ordered.map((change): Change => {
    const stageOf = { announce: isNatRouter(change) ? 'lead' : 'disable', enable: enabling(change) } as const;
    const commands = change.commands.map(({ stage, argv }): Command => {
      return { stage: stage === 'announce' || stage === 'enable' ? stageOf[stage] : stage, argv };
    });
    return { ...change, commands };
  });
}

/** Nobody is told of an IPv4 address before it is announced, so it can be there beforehand; an IPv6 one announces itself. */
function enabling({ key }: Change): Stage {
  return familyOf(key) === 'ipv4' ? 'prepare' : 'enable';
}

function devicesOf(addresses: readonly HeldAddress[]): string[] {
  return [...new Set(addresses.map(({ device }) => device))];
}
