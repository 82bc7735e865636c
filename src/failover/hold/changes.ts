import { familyOf } from '../../model/ip.ts';
import type { HeldAddress, RouterState } from '../../model/state.ts';
import { advertising } from '../../plan/advertise.ts';
import type { Change, Command, Stage } from '../../plan/change.ts';
import type { Tools } from '../../plan/difference.ts';
import { tellingLater, told } from '../../plan/tell-later.ts';
import { divert, makeQueue, openQueue, removeAll, settle } from './commands.ts';
import { type Detour, makeDetour } from './detour.ts';
import { periodOf, tellAsBefore, tellEverything } from './synchronise.ts';

/**
 * The changes of the router that gives its addresses up, with new connections held back until it has. All of them leave it in
 * one moment: from then on it passes on to the new holder what comes here still.
 */
export function givingUp(changes: readonly Change[], detour: Detour, live: RouterState): Change[] {
  const isAddress = ({ kind }: Change) => kind === 'address';
  const [first, last] = [changes.find(isAddress), changes.findLast(isAddress)];
  const devices = devicesOf(detour.addresses);
  return changes.map((change) => {
    if (!isAddress(change)) return change;
    const commands = [
      ...(change === first ? [...makeQueue(devices, periodOf(live)), ...makeDetour(detour)] : []),
      ...(change === first ? [...tellEverything(live), ...detour.addresses.flatMap(divert), ...settle()] : []),
      ...moved(change.commands, { disable: 'hold' }),
      ...(change === last ? [...openQueue('hold'), ...letThrough(), ...tellAsBefore(live, 'hold')] : []),
      ...(change === last ? [...linger(), ...removing(detour)] : []),
    ];
    return { ...change, commands };
  });
}

/** What puts away everything that was made, at whatever point the run ended. */
export function puttingAway(detour: Detour, live: RouterState): Command[] {
  return [...openQueue('tidy'), ...tellAsBefore(live, 'tidy'), ...removing(detour)];
}

function removing({ addresses }: Detour): Command[] {
  return removeAll(devicesOf(addresses));
}

/**
 * The changes of the router that takes the addresses: it has them all before the other one gives them up, and tells nobody
 * until then; should lvs die meanwhile, it does so by itself. Real servers learn the way back first.
 * @param enabled the addresses that it comes to have
 */
export function takingOver(
  changes: readonly Change[],
  enabled: readonly HeldAddress[],
  natRouters: ReadonlySet<string>,
  tools: Tools,
): Change[] {
  const isNatRouter = ({ key }: Change) => natRouters.has(key);
  const ordered = [...changes.filter(isNatRouter), ...changes.filter((change) => !isNatRouter(change))];
  const telling = enabled.filter(({ address }) => familyOf(address) === 'ipv6');
  telling.sort((a, b) => Number(natRouters.has(b.address)) - Number(natRouters.has(a.address)));
  return ordered.map((change) => {
    const isLast = change === ordered.at(-1);
    const commands = [
      ...(change === ordered[0] ? tellingLater(enabled, tools) : []),
      ...moved(change.commands, { announce: 'tell' }).map(silently),
      ...(isLast && telling.length > 0 ? [advertising('tell', telling)] : []),
      ...(isLast ? [told('tidy')] : []),
    ];
    return { ...change, commands };
  });
}

/** An IPv6 address announces itself when it comes, unless it is told not to. */
function silently({ stage, argv }: Command): Command {
  const [program, object, action, address = ''] = argv;
  const comes = stage === 'enable' && program === 'ip' && object === 'addr' && action === 'add';
  return { stage, argv: comes && address.includes(':') ? [...argv, 'nodad'] : argv };
}

/** Those who waited come all together: nothing else is begun until they are through, distant ones too. */
const throughSeconds = 0.4;

function letThrough(): Command[] {
  return [{ stage: 'hold', argv: ['sleep', String(throughSeconds)] }];
}

/** Until everybody has heard where the addresses are; the announcements are repeated after a second. */
const lingerSeconds = 1;

function linger(): Command[] {
  return [{ stage: 'tidy', argv: ['sleep', String(lingerSeconds)] }];
}

function moved(commands: readonly Command[], stages: Partial<Record<Stage, Stage>>): Command[] {
  return commands.map(({ stage, argv }) => ({ stage: stages[stage] ?? stage, argv }));
}

function devicesOf(addresses: readonly HeldAddress[]): string[] {
  return [...new Set(addresses.map(({ device }) => device))];
}
