import { join } from 'node:path';
import type { RehearsalCluster } from '../../../src/rehearsal/cluster/rehearsal-cluster.ts';

export interface HalvesOrder {
  /** The package's directory. */
  readonly root: string;
  /** Program and words. */
  readonly lvs: readonly string[];
  readonly rounds: number;
}

/** What measure.mjs measures, on a router of the figure. */
export async function measureHalves(cluster: RehearsalCluster, { root, lvs, rounds }: HalvesOrder): Promise<unknown> {
  const router = cluster.host('lvs2');
  await router.run(['lvs', 'apply', '--yes'], { timeLimitSeconds: 100 });
  const measuring = [process.execPath, join(root, 'test/bench/takeover/measure.mjs'), String(rounds), ...lvs];
  const { status, stdout, stderr } = await router.run(measuring, { timeLimitSeconds: 500 });
  if (status !== 0) throw new Error(`exit status ${status}\n${stderr}`);
  return JSON.parse(stdout);
}
