import { readFile } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { buildCluster, type ClusterPlan } from '../../../src/rehearsal/cluster/cluster-builder.ts';
import { figureFile } from '../../../src/rehearsal/figure.ts';

declare module 'vitest' {
  interface ProvidedContext {
    clusterPlan: ClusterPlan;
  }
}

/** Builds the cluster once for all test files of a kernel; useCluster attaches to it. */
export async function setup(project: TestProject): Promise<void> {
  const file = process.env.LVS_KERNEL_PLAN;
  if (file === undefined) throw new Error('these tests run inside the rehearsal kernel: npm run test:kernel');
  const plan = JSON.parse(await readFile(file, 'utf8')) as ClusterPlan;
  await buildCluster(plan, figureFile);
  project.provide('clusterPlan', plan);
}
