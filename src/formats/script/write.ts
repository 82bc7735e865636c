import { shellWords } from '../../grammar/shell.ts';
import type { Cluster, Router } from '../../model/cluster.ts';
import type { RouterState } from '../../model/state.ts';
import { desiredOn } from '../../plan/desired.ts';
import { planRouter } from '../../plan/router-plan.ts';
import { everything } from '../../plan/scope.ts';
import { sequenceOf } from '../../plan/sequence.ts';
import type { Exported } from '../exported.ts';
import { lostMonitoring } from '../losses.ts';
import { Warnings } from '../warnings.ts';

/** A router that has nothing yet. A time-out of 0 is one that is left alone. */
const empty: RouterState = {
  virtualServers: new Map(),
  addresses: [],
  settings: new Map(),
  timeouts: { tcp: 0, tcpFin: 0, udp: 0 },
  syncDaemons: [],
  files: new Map(),
};

/** What `apply` would run on an empty router that is active, as a shell script. */
export function writeCommands(cluster: Cluster, router: Router | null): Exported {
  const warnings = new Warnings();
  lostMonitoring(cluster, warnings);
  for (const { name, enabled } of cluster.virtualServers) {
    if (!enabled) warnings.add(null, `${name}: state: disabled`, 'not written: it is not in the kernel');
  }
  const name = router?.name ?? 'this machine';
  const { changes } = planRouter(
    {
      name,
      role: 'active',
      live: empty,
      desired: desiredOn(cluster, router),
      tools: { arping: 'iputils', withoutArp: new Set() },
      protected: new Set(),
    },
    { scope: everything, addresses: 'enable', prune: false },
  );
  const lines = sequenceOf([{ name, changes }]).map(({ argv }) => shellWords(argv));
  const text = ['#!/bin/sh', ...remarks(cluster, name), 'set -e', ...lines, ''].join('\n');
  return { text, warnings: warnings.all };
}

function remarks({ virtualServers, routers }: Cluster, name: string): string[] {
  const masquerades = virtualServers.some(({ realServers }) => realServers.some(({ forward }) => forward === 'masq'));
  return [
    `# Builds the cluster on ${name}, which has nothing of it yet and becomes active; arping is that of iputils.`,
    ...(routers.length > 1 ? ['# On the other router leave out the lines that begin with "ip" and "arping".'] : []),
    ...(masquerades ? ['# Forwarding must be on: net.ipv4.ip_forward=1.'] : []),
  ];
}
