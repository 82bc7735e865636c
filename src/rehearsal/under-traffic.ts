import type { Endpoint, Target } from './topology/topology.ts';

/** Beyond this many addresses the requests to each would come too seldom to measure an outage. */
const mostTargets = 10;

/**
 * The targets to which traffic goes while addresses move: one of each kind at least, and more where there is room. Left out are
 * SCTP, for each request costs a process, and what has to be asked in calls.
 */
export function underTraffic(targets: readonly Target[]): Target[] {
  const candidates = targets.filter(
    ({ probes, floats, protocol, persistence }) =>
      probes.length > 0 && floats && protocol !== 'sctp' && persistence?.prefix !== null,
  );
  const firsts = [...new Map([...candidates].reverse().map((target) => [kindOf(target), target])).values()];
  const room = Math.max(0, mostTargets - firsts.length);
  const more = candidates.filter((target) => !firsts.includes(target)).slice(0, room);
  return candidates.filter((target) => firsts.includes(target) || more.includes(target));
}

/** One endpoint for each protocol that a target is tried with. */
export function endpointsOf({ probes }: Target): Endpoint[] {
  return [...new Map([...probes].reverse().map((probe) => [probe.protocol, probe])).values()].reverse();
}

/** What may make a difference to a switch. */
function kindOf({ protocol, forwards, persistence, probes }: Target): string {
  const family = probes[0]?.address.includes(':') ? 'ipv6' : 'ipv4';
  return [protocol, family, persistence !== null, ...forwards].join(' ');
}
