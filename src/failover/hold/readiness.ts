import type { Surveyed } from '../../converge/survey.ts';
import { holdDevice, holdModules } from '../../plan/left-behind.ts';
import { orLost } from '../../router/lost.ts';
import type { Detour } from './detour.ts';
import { waysBack } from './ways-back.ts';

/** How new connections can be held back on a router that gives its addresses up, or why they cannot. */
export type Readiness = { readonly detour: Detour } | { readonly obstacle: string };

/**
 * Finds out whether a router can hold new connections back and pass them on to `target`. Without synchronisation it would not
 * help: the connections break all the same.
 */
export async function holdReadiness(old: Surveyed, target: Surveyed): Promise<Readiness> {
  const { name, runner, live, desired, devices } = old;
  const arriving = live.addresses.filter(({ address }) => desired.floating.get(address)?.role === 'virtual-server');
  // A device may have an address twice, with different prefixes.
  const addresses = [...new Map(arriving.map((held) => [`${held.address} ${held.device}`, held])).values()];
  if (desired.syncDaemons === null) return { obstacle: 'connections are not synchronised ("sync:" is not declared)' };
  if (live.syncDaemons.length < 2) return { obstacle: `the sync daemons do not run on ${name}` };
  if (live.settings.get('net.ipv4.ip_forward') === '0') return { obstacle: `${name} does not forward` };
  const [qdiscs, modules] = await Promise.all([
    orLost(name, 'read-failed', runner.run(['tc', 'qdisc', 'show'])),
    orLost(name, 'read-failed', runner.run(['modprobe', '-n', '-a', ...holdModules])),
  ]);
  if (qdiscs.status !== 0) return { obstacle: `tc is missing on ${name}` };
  const missing = holdModules.filter((module) => modules.stderr.includes(module));
  if (missing.length > 0) return { obstacle: `the kernel of ${name} has no ${missing.join(', ')}` };
  if (modules.status !== 0) return { obstacle: `modprobe does not work on ${name}` };
  const occupied = addresses.map(({ device }) => device).filter((device) => hasIngress(qdiscs.stdout, device));
  // We never touch a device that has filters of somebody else: beside our own device they can only be ours.
  if (occupied.length > 0 && !devices.has(holdDevice)) {
    return { obstacle: `${occupied[0]} of ${name} has traffic control of its own` };
  }
  const back = waysBack(old, target);
  return 'obstacle' in back ? back : { detour: { addresses, waysBack: back.ways } };
}

/** Whether `tc qdisc show` names something that filters what comes in. */
function hasIngress(qdiscs: string, device: string): boolean {
  return qdiscs.split('\n').some((line) => {
    const words = line.split(' ');
    return (words[1] === 'clsact' || words[1] === 'ingress') && words[words.indexOf('dev') + 1] === device;
  });
}
