import { addRealServer, addVirtualServer } from '../../grammar/ipvsadm-commands.ts';
import type { Cluster, Router } from '../../model/cluster.ts';
import { desiredOn } from '../../plan/desired.ts';
import type { Exported } from '../exported.ts';
import { lossesBesideRules } from '../losses.ts';
import { Warnings } from '../warnings.ts';

/** Input for `ipvsadm -R`: the rules of a router, thresholds included. Comments and blank lines would be errors there. */
export function writeIpvsadm(cluster: Cluster, router: Router | null): Exported {
  const warnings = new Warnings();
  lossesBesideRules(cluster, warnings);
  const rules = [...desiredOn(cluster, router).virtualServers.values()].flatMap((server) => [
    addVirtualServer(server),
    ...[...server.realServers.values()].map((real) => addRealServer(server.id, real)),
  ]);
  return { text: rules.map((words) => `${words.join(' ')}\n`).join(''), warnings: warnings.all };
}
