import { rulesOf } from '../../grammar/ipvsadm-commands.ts';
import type { Cluster, Router } from '../../model/cluster.ts';
import { desiredOn } from '../../plan/desired.ts';
import type { Exported } from '../exported.ts';
import { lossesBesideRules } from '../losses.ts';
import { Warnings } from '../warnings.ts';

/** The rules of a router for `ipvsadm -R`. Comments and blank lines would be errors there. */
export function writeIpvsadm(cluster: Cluster, router: Router | null): Exported {
  const warnings = new Warnings();
  lossesBesideRules(cluster, warnings);
  return { text: rulesOf(desiredOn(cluster, router).virtualServers.values()), warnings: warnings.all };
}
