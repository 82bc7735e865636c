import { count } from '../model/count.ts';
import type { RealServerStatus } from './virtual-server-status.ts';

/** As many are named; the others are counted. */
const mostNamed = 3;

/** Whether checks, or its own agent, say that it does not work. One that is drained may be down: nothing is expected of it. */
export function isDown({ health, agent, state }: RealServerStatus): boolean {
  return state !== 'drain' && (health === 'down' || agent === 'down' || state === 'removed');
}

/** Whether it takes new connections. */
export function isServing({ effectiveWeight }: Pick<RealServerStatus, 'effectiveWeight'>): boolean {
  return effectiveWeight !== null && effectiveWeight > 0;
}

/** Why an enabled virtual server that the kernel has does not serve as it should; null where nothing is known to be wrong. */
export function whyDegraded(name: string, realServers: readonly RealServerStatus[]): string | null {
  const down = realServers.filter(isDown);
  const sorry = realServers.find(({ state }) => state === 'sorry');
  const reasons = [
    ...(down.length > 0 ? [`${countOf(down, realServers)}: ${namesOf(down)}`] : []),
    ...(sorry === undefined ? [] : [`the sorry server ${sorry.address} stands in`]),
    ...(realServers.length === 0 ? ['it has no real server'] : []),
    ...(realServers.length > 0 && !realServers.some(isServing) ? ['no real server takes new connections'] : []),
  ];
  return reasons.length === 0 ? null : `${name}: ${reasons.join('; ')}`;
}

function countOf(down: readonly RealServerStatus[], all: readonly RealServerStatus[]): string {
  const declared = all.filter(({ weight }) => weight !== null).length;
  return `${down.length} of ${count(declared, 'real server')} ${down.length === 1 ? 'is' : 'are'} down`;
}

function namesOf(down: readonly RealServerStatus[]): string {
  const named = down.slice(0, mostNamed).map(({ address, reason }) => {
    return reason === undefined ? address : `${address} (${reason})`;
  });
  const more = down.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
