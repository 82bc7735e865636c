import type { Run } from '../../../src/converge/run.ts';
import { type FailoverOptions, failoverRequest, withForce } from '../../../src/failover/failover.ts';
import type { Cluster } from '../../../src/model/cluster.ts';
import { figureCluster, type SimulatedPair } from '../../converge/support/simulated-pair.ts';

/** Runs as `lvs failover --yes` does. */
export function failover(
  pair: SimulatedPair,
  {
    to = null,
    acceptDuplicate = false,
    force = false,
    cluster = figureCluster,
    ...run
  }: Partial<FailoverOptions> & { cluster?: Cluster } & Pick<Partial<Run>, 'onStep'> = {},
) {
  return pair.apply({
    ...run,
    cluster,
    command: 'lvs failover',
    announce: 'wait',
    tolerateUnreachable: force,
    wayOn: withForce,
    request: (survey, connections) => failoverRequest(cluster, survey, connections, { to, force, acceptDuplicate }),
  });
}

/** All floating addresses of the figure. */
export const both = ['1.2.3.1/32 eth0', '192.168.1.254/32 eth1'];

export function held({ lvs1, lvs2 }: SimulatedPair) {
  return { lvs1: lvs1.held(), lvs2: lvs2.held() };
}
