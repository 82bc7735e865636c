import type { HeldAddress, RouterState, SyncDaemon, VirtualServer } from '../model/state.ts';
import { targetAddresses, targetUnusable } from './addresses.ts';
import type { Change } from './change.ts';
import type { Desired, FloatingAddress } from './desired.ts';
import { difference } from './difference.ts';
import { otherDrift } from './other-drift.ts';
import { ownNotes, type RouterFacts, type RouterPlan } from './router-plan.ts';
import { namedScope } from './scope.ts';
import { targetDaemons, targetTimeouts } from './target.ts';

/*
 * The two halves of a failover, each on its own router. Nobody is asked and nothing is locked, so what is there is never
 * replaced or removed: a take-over only adds, and a release takes nothing but floating addresses away.
 */

/** Enables every floating address that the router does not hold in any form, after what it lacks of rules, settings and daemons. */
export function planTakeover(facts: RouterFacts): RouterPlan {
  const { live, desired, tools } = facts;
  const target: RouterState = {
    virtualServers: withMissing(live.virtualServers, desired.virtualServers),
    addresses: withAddresses(facts),
    settings: new Map([...live.settings, ...desired.settings]),
    timeouts: targetTimeouts(live.timeouts, desired.timeouts),
    syncDaemons: withDaemons(live.syncDaemons, desired),
    files: live.files,
  };
  const changes = difference(live, target, tools);
  return { ...planOf(facts, target, changes), otherDrift: otherDrift(facts, { target, changes }, 'enable') };
}

/** Disables every floating address that the router holds, those that only disabled virtual servers declare included. */
export function planRelease(facts: RouterFacts): RouterPlan {
  const { live, desired, tools, protected: kept } = facts;
  const scope = namedScope({ addresses: new Set([...desired.floating.keys(), ...desired.retired]) });
  const request = { scope, addresses: 'disable', prune: false, protected: kept } as const;
  const target = {
    ...live,
    addresses: targetAddresses(live.addresses, desired, request),
    ...(live.unusable && { unusable: targetUnusable(live.unusable, desired, request) }),
  };
  return { ...planOf(facts, target, difference(live, target, tools)), notes: ownNotes(facts, scope) };
}

function planOf({ name, role, live }: RouterFacts, target: RouterState, changes: Change[]): RouterPlan {
  const unmanaged = { virtualServers: [], addresses: [], syncDaemons: [] };
  return { name, role, live, target, changes, unmanaged, otherDrift: 0, notes: [] };
}

type Servers = ReadonlyMap<string, VirtualServer>;

/** A real server's weight may be a monitor's, or an administrator's at work just now: what is there stays as it is. */
function withMissing(live: Servers, declared: Servers): Map<string, VirtualServer> {
  const target = new Map(live);
  for (const [key, server] of declared) {
    const present = live.get(key);
    const realServers = new Map([...server.realServers, ...(present?.realServers ?? [])]);
    target.set(key, { ...(present ?? server), realServers });
  }
  return target;
}

function withDaemons(live: readonly SyncDaemon[], { syncDaemons }: Desired): readonly SyncDaemon[] {
  const running = new Set(live.map(({ role }) => role));
  return [...live, ...targetDaemons([], syncDaemons).filter(({ role }) => !running.has(role))];
}

function withAddresses({ live, desired, protected: kept }: RouterFacts): readonly HeldAddress[] {
  const held = new Set(live.addresses.map(({ address }) => address));
  const addresses = new Set([...desired.floating.keys()].filter((address) => !held.has(address)));
  const request = { scope: namedScope({ addresses }), addresses: 'enable', prune: false, protected: kept } as const;
  return targetAddresses(live.addresses, { ...desired, floating: natRoutersFirst(desired.floating) }, request);
}

/** Real servers learn the way back first: replies to what clients send here before would go to the router that was active. */
function natRoutersFirst(floating: Desired['floating']): Map<string, FloatingAddress> {
  const isNatRouter = ([, { role }]: [string, FloatingAddress]) => role === 'nat-router';
  const all = [...floating];
  return new Map([...all.filter(isNatRouter), ...all.filter((each) => !isNatRouter(each))]);
}
