import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCluster, type ClusterPlan } from '../../../src/rehearsal/cluster/cluster-builder.ts';
import type { RehearsalCluster } from '../../../src/rehearsal/cluster/rehearsal-cluster.ts';
import { figureFile } from '../../../src/rehearsal/figure.ts';
import { closeTheLoop } from '../load/closed-loop.ts';
import type { BenchOrder } from './bench.ts';
import { playAll } from './play-all.ts';
import { switchToAndFro } from './to-and-fro.ts';

/** The program that the bench runs inside the rehearsal kernel. Its one word is the scratch directory. */
const [, , scratch = '.'] = process.argv;
const { plan, mode, rounds, words } = JSON.parse(readFileSync(join(scratch, 'order.json'), 'utf8')) as BenchOrder & {
  plan: ClusterPlan;
};
const say = (text: string) => process.stdout.write(`${text}\n`);

try {
  const result = await measured(await buildCluster(plan, figureFile));
  writeFileSync(join(scratch, 'result.json'), JSON.stringify(result));
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}
function measured(cluster: RehearsalCluster): Promise<unknown> {
  if (mode === 'failover') return playAll(cluster, rounds, words, say);
  return mode === 'load' ? closeTheLoop(cluster, say) : switchToAndFro(cluster, rounds, say);
}

// The routers and stand-ins would keep it waiting.
process.exit();
