import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCluster, type ClusterPlan } from '../../../src/rehearsal/cluster/cluster-builder.ts';
import type { RehearsalCluster } from '../../../src/rehearsal/cluster/rehearsal-cluster.ts';
import { figureFile } from '../../../src/rehearsal/figure.ts';
import { playAll } from '../failover/play-all.ts';
import { switchToAndFro } from '../failover/to-and-fro.ts';
import { closeTheLoop } from '../load/closed-loop.ts';
import { measureScale } from '../scale/on-router.ts';
import { measureHalves } from '../takeover/on-router.ts';
import type { BenchOrder, Mode } from './order.ts';

/** The program that the bench runs inside the rehearsal kernel. Its one word is the scratch directory. */
const [, , scratch = '.'] = process.argv;
const { plan, root, mode, rounds, words } = JSON.parse(
  readFileSync(join(scratch, 'order.json'), 'utf8'),
) as BenchOrder & { plan: ClusterPlan; root: string };
const say = (text: string) => process.stdout.write(`${text}\n`);
const lvs = plan.programs.lvs;

const parts: Record<Mode, (cluster: RehearsalCluster) => Promise<unknown>> = {
  failover: (cluster) => playAll(cluster, rounds, words, say),
  'to-and-fro': (cluster) => switchToAndFro(cluster, rounds, say),
  load: (cluster) => closeTheLoop(cluster, say),
  takeover: (cluster) => measureHalves(cluster, { root, lvs, rounds }),
  scale: (cluster) => measureScale(cluster, { root, lvs, rounds, scratch, say }),
};

try {
  const result = await parts[mode](await buildCluster(plan, figureFile));
  writeFileSync(join(scratch, 'result.json'), JSON.stringify(result));
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}

// The routers and stand-ins would keep it waiting.
process.exit();
