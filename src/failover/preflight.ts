import { deviceProblems, type Problem } from '../converge/devices.ts';
import type { Surveyed } from '../converge/survey.ts';
import { type Detail, LvsError } from '../model/errors.ts';
import { familyOf } from '../model/ip.ts';
import type { ChangeKind } from '../plan/change.ts';
import { difference } from '../plan/difference.ts';
import { ownAddresses } from '../plan/own-addresses.ts';
import { everything } from '../plan/scope.ts';
import { targetState } from '../plan/target.ts';

/** Whether a failover to this router has nothing to enable. */
export function holdsAll({ live, desired }: Surveyed): boolean {
  const held = new Set(live.addresses.map(({ address }) => address));
  return [...desired.floating.keys()].every((address) => held.has(address));
}

/** What must hold on the target before any address moves there. Throws `refused` with everything that does not. */
export function requireReady(target: Surveyed): void {
  const problems = [...devicesDown(target), ...notForwarding(target), ...undeclared(target)];
  if (problems.length > 0) throw notReady(target, 'take over', problems);
}

/**
 * What must hold on a router that gives its addresses up, where it is not forced to: with other rules than the target, or without
 * its sync daemons, the connections that it has break. Whatever else is wrong with it is a reason to go, and only told: returns
 * a note each. Throws `refused`.
 */
export function requireHandOver(old: Surveyed, { force }: { readonly force: boolean }): string[] {
  const own = ownFloating(old);
  if (own.length > 0) throw notReady(old, 'hand over', own);
  const breaking = undeclared(old, ['virtual-server', 'real-server', 'sync-daemon']);
  if (breaking.length > 0 && !force) {
    const withForce = breaking.map(({ message, hint }) => ({
      message: `${message}, so that connections would break`,
      hint: `${hint}, or go on with --force`,
    }));
    throw notReady(old, 'hand over', withForce);
  }
  return [...breaking, ...devicesDown(old), ...notForwarding(old)].map(({ message }) => message);
}

function notReady({ name }: Surveyed, purpose: string, problems: readonly Problem[]): LvsError {
  const details: Detail[] = problems.map(({ message, hint }) => ({
    router: name,
    message: `${message}; ${hint}`,
    hint,
  }));
  const message = `${name} is not ready to ${purpose}: ${problems[0]?.message}; nothing was run`;
  return new LvsError('refused', message, { details, hint: problems[0]?.hint ?? '' });
}

/** A router would lose its network, and the routes there, with such an address. */
function ownFloating({ live, desired }: Surveyed): Problem[] {
  const isOwn = ownAddresses(live.addresses, desired);
  return live.addresses
    .filter((held) => desired.floating.has(held.address) && isOwn(held))
    .map(({ address, prefix, device }) => ({
      message: `${address}/${prefix} on ${device} is the router's own address, which is never removed`,
      hint: 'give the virtual servers an address of their own',
    }));
}

function devicesDown({ desired, devices }: Surveyed): Problem[] {
  const needed = new Set([...desired.floating.values()].map(({ device }) => device));
  const problems = deviceProblems(needed, devices);
  if (problems.length > 0) return problems;
  return [...needed]
    .filter((name) => devices.get(name)?.carrier === false)
    .map((name) => ({ message: `the device ${name} has no carrier`, hint: 'see to its cable or switch port' }));
}

function notForwarding({ desired, live }: Surveyed): Problem[] {
  const families = new Set([...desired.floating.keys()].map(familyOf));
  const settings = [
    ...(families.has('ipv4') ? ['net.ipv4.ip_forward'] : []),
    ...(families.has('ipv6') ? ['net.ipv6.conf.all.forwarding'] : []),
  ];
  return settings
    .filter((name) => live.settings.get(name) === '0')
    .map((name) => ({
      message: `${name} is 0: replies of the real servers would not pass`,
      hint: `set it: sysctl -w ${name}=1`,
    }));
}

/** Rules, settings and sync daemons; the addresses are what the failover itself is about. */
function undeclared(
  { live, desired, tools, protected: kept }: Surveyed,
  kinds: readonly ChangeKind[] = ['virtual-server', 'real-server', 'sync-daemon', 'setting'],
): Problem[] {
  const request = { scope: everything, addresses: 'ignore', prune: false, protected: kept } as const;
  const all = difference(live, targetState(live, desired, request), tools);
  const changes = all.filter(({ kind }) => kinds.includes(kind));
  if (changes.length === 0) return [];
  const named = changes.slice(0, 3).map(({ kind, key }) => `${kind} ${key}`);
  const more = changes.length > named.length ? ` and ${changes.length - named.length} more` : '';
  return [
    {
      message: `it is not as declared: ${named.join(', ')}${more}`,
      hint: 'look at "lvs diff" and run "lvs apply" first',
    },
  ];
}
