import type { Cluster } from '../../model/cluster.ts';
import { keyOfRealServer } from '../../model/identity.ts';
import { type Config, clusterOf } from '../config.ts';
import type { Path } from '../mistake.ts';
import type { Changes } from './mapping.ts';
import { invalid } from './outcome.ts';
import { checkRealServerChanges, checkVirtualServerChanges } from './spec.ts';
import { type Replace, realServerChanged, replacedAt, withChanges } from './values.ts';

/*
 * Clusters as they would be with other settings, to compare with. Nothing is to be written, and so it does not matter whether
 * the file is written in a way in which it could be. All of these throw LvsError invalid-input where there would be a mistake.
 */

export function supposedVirtualServer(config: Config, name: string, changes: Changes): Cluster {
  checkVirtualServerChanges(changes);
  return supposed(config, ['virtual-servers', name], withChanges(changes));
}

export function supposedRealServer(config: Config, name: string, realKey: string, changes: Changes): Cluster {
  checkRealServerChanges(changes);
  const server = config.cluster.virtualServers.find((each) => each.name === name);
  const index = server?.realServers.findIndex((real) => keyOfRealServer(real) === realKey) ?? -1;
  return supposed(config, ['virtual-servers', name, 'real-servers', index], realServerChanged(changes));
}

function supposed({ source }: Config, focus: Path, replace: Replace): Cluster {
  const examination = clusterOf(replacedAt(source.value, focus, replace));
  if ('cluster' in examination) return examination.cluster;
  throw invalid(examination.mistakes, focus);
}
