import type { HeldAddress, RouterState, SyncDaemon } from '../model/state.ts';
import { type AddressPolicy, unmanagedAliases } from './addresses.ts';
import type { Change } from './change.ts';
import type { Desired } from './desired.ts';
import { difference, type Tools } from './difference.ts';
import { otherDrift } from './other-drift.ts';
import { ownAddresses } from './own-addresses.ts';
import { placementOf } from './placements.ts';
import { quiesceNotes } from './quiesce-notes.ts';
import type { Role } from './roles.ts';
import type { Scope } from './scope.ts';
import { targetState } from './target.ts';

/** What is known of one router, and what a run would do there. */
export interface RouterPlan {
  readonly name: string;
  readonly role: Role;
  readonly live: RouterState;
  readonly target: RouterState;
  readonly changes: readonly Change[];
  readonly unmanaged: Unmanaged;
  /** Changes that `apply` would make beyond these. */
  readonly otherDrift: number;
  /** Kept files that somebody else edited there: paths. */
  readonly foreign?: readonly string[];
  /** What else the administrator should know, a line each. */
  readonly notes: readonly string[];
}

/** What nobody declared: shown, and left alone unless pruned. */
export interface Unmanaged {
  /** Keys. */
  readonly virtualServers: readonly string[];
  readonly addresses: readonly string[];
  /** Their roles. */
  readonly syncDaemons: readonly SyncDaemon['role'][];
}

export interface RouterFacts {
  readonly name: string;
  readonly role: Role;
  readonly live: RouterState;
  readonly desired: Desired;
  readonly tools: Tools;
  readonly protected: ReadonlySet<string>;
  /** See Request. */
  readonly depended?: ReadonlySet<string>;
}

export function planRouter(
  facts: RouterFacts,
  request: { readonly scope: Scope; readonly addresses: AddressPolicy; readonly prune: boolean },
): RouterPlan {
  const { name, role, live, desired, tools } = facts;
  const target = targetState(live, desired, { ...request, protected: facts.protected, depended: facts.depended });
  const changes = difference(live, target, tools);
  return {
    name,
    role,
    live,
    target,
    changes,
    unmanaged: unmanaged(target, desired),
    otherDrift: request.scope.everything ? 0 : otherDrift(facts, { target, changes }, defaultPolicy(role)),
    // Clients come to the active router alone.
    notes: [...ownNotes(facts, request.scope), ...(role === 'backup' ? [] : quiesceNotes(live, target, request.scope))],
  };
}

/** Addresses of the router's own that a run would have removed or replaced, and leaves. */
export function ownNotes({ live, desired, depended }: RouterFacts, scope: Scope): string[] {
  const isOwn = ownAddresses(live.addresses, desired, depended);
  const isMeant = (held: HeldAddress) =>
    scope.everything
      ? desired.floating.has(held.address) ||
        desired.retired.has(held.address) ||
        depended?.has(placementOf(held)) === true
      : scope.addresses.has(held.address);
  return live.addresses
    .filter((held) => isMeant(held) && isOwn(held))
    .map(
      ({ address, prefix, device }) =>
        `${address}/${prefix} on ${device} stays as it is: it is the router's own, or a route depends on it`,
    );
}

/** What `apply` does with the floating addresses of a router in this role. */
export function defaultPolicy(role: Role): AddressPolicy {
  if (role === 'active') return 'enable';
  return role === 'conflict' ? 'ignore' : 'keep';
}

/** What stays although nobody declared it. */
function unmanaged(target: RouterState, desired: Desired): Unmanaged {
  const declared = (key: string) => desired.virtualServers.has(key) || desired.disabled.has(key);
  return {
    virtualServers: [...target.virtualServers.keys()].filter((key) => !declared(key)),
    addresses: unmanagedAliases(target.addresses, desired).map(({ address }) => address),
    syncDaemons: desired.syncDaemons === null ? target.syncDaemons.map(({ role }) => role) : [],
  };
}
