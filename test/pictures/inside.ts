import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCluster, type ClusterPlan } from '../../src/rehearsal/cluster/cluster-builder.ts';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { playScenes } from './scenes.ts';

/** The program that takes the pictures inside the rehearsal kernel. Its one word is the scratch directory. */
const [, , scratch = '.'] = process.argv;
const { plan } = JSON.parse(readFileSync(join(scratch, 'order.json'), 'utf8')) as { plan: ClusterPlan };

try {
  const shots = await playScenes(await buildCluster(plan, figureFile));
  writeFileSync(join(scratch, 'result.json'), JSON.stringify(shots));
} catch (error) {
  console.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}

// The routers and stand-ins would keep it waiting.
process.exit();
