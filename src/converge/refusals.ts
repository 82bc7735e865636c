import { LvsError } from '../model/errors.ts';
import type { Role } from '../plan/roles.ts';
import { remedyFor, type Unreachable } from './connect.ts';

/** How to go on with the routers that answer. */
export type WayOn = (reached: readonly string[]) => string;

const withOneAlone: WayOn = (reached) =>
  `work on the other one alone with ${reached.map((name) => `"--on ${name}"`).join(' or ')}`;

/** Null where every router answers; names the way to go on with those that do. */
export function unreachableRouters(
  unreachable: readonly Unreachable[],
  reached: readonly { readonly name: string }[],
  wayOn: WayOn = withOneAlone,
): LvsError | null {
  const [first] = unreachable;
  if (first === undefined) return null;
  return new LvsError('unreachable', `${first.name} cannot be reached: ${first.reason}`, {
    details: unreachable.flatMap(({ name, attempts }) =>
      attempts.map(({ destination, reason, remedy }) => ({
        router: name,
        message: attempts.length === 1 ? reason : `${destination}: ${reason}`,
        hint: remedy,
      })),
    ),
    hint: reached.length === 0 ? remedyFor(first) : orElse(remedyFor(first), wayOn(reached.map(({ name }) => name))),
  });
}

/** What follows the command is a remark, so that the line can be pasted. */
function orElse(command: string, wayOn: string): string {
  return `${command}${command.includes(' # ') ? ';' : ' #'} or ${wayOn}`;
}

/** If no router could be read, nothing is known of any of them. */
export function noneReached(missing: LvsError | null): LvsError | null {
  if (missing === null) return null;
  const { details, hint } = missing;
  return new LvsError('read-failed', 'no router can be reached: nothing was read', {
    details,
    ...(hint !== undefined && { hint }),
  });
}

/** Where several routers hold floating addresses, their rules are converged and the addresses left to the administrator. */
export function roleConflict(routers: readonly { readonly name: string; readonly role: Role }[]): LvsError | null {
  const holders = routers.filter(({ role }) => role === 'conflict').map(({ name }) => name);
  if (holders.length === 0) return null;
  return conflictBetween(holders, 'the rules are converged, the addresses were not touched');
}

/** Where what would be withdrawn stays in spite of it, nobody would know of it any more. */
export function withdrawnInConflict(
  routers: readonly { readonly name: string; readonly role: Role }[],
  addresses: readonly string[],
): LvsError {
  const holders = routers.filter(({ role }) => role === 'conflict').map(({ name }) => name);
  return conflictBetween(holders, `${addresses.join(', ')} cannot be withdrawn; nothing was run`);
}

function conflictBetween(holders: readonly string[], result: string): LvsError {
  return new LvsError('role-conflict', `${holders.join(' and ')} both have floating addresses; ${result}`, {
    details: holders.map((router) => ({ router, message: 'holds floating addresses' })),
    hint: `say which is to be active: ${holders.map((name) => `"lvs failover --to ${name}"`).join(' or ')}`,
  });
}
