import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseConfig } from '../../src/config/config.ts';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { bootKernel } from '../../src/rehearsal/kernel/boot.ts';
import { checkRequirements } from '../../src/rehearsal/kernel/requirements.ts';
import { withScratchDirectory } from '../../src/rehearsal/kernel/scratch.ts';
import { topologyOf } from '../../src/rehearsal/topology/topology-of.ts';

export interface KernelPlace {
  /** The package's directory. */
  readonly root: string;
  /** JavaScript files for the inside. */
  readonly standIn: string;
  readonly trafficAgent: string;
  readonly inside: string;
}

const timeLimitSeconds = 40 * 60;

/**
 * Boots a kernel with the figure's cluster, runs `inside` in it, and returns what that left in result.json of the scratch
 * directory, its one word; the order, the plan of the cluster and the package's directory are in order.json there. Console lines
 * are passed to `say`.
 */
export async function inKernel<T>(place: KernelPlace, order: object, say: (line: string) => void): Promise<T> {
  await checkRequirements();
  const { root, standIn, trafficAgent, inside } = place;
  const plan = {
    topology: topologyOf(parseConfig(figureFile, 'the figure').cluster),
    programs: { node: process.execPath, lvs: [process.execPath, join(root, 'bin/run.js')], standIn, trafficAgent },
  };
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return withScratchDirectory({ 'order.json': JSON.stringify({ ...order, root, plan }) }, async (scratch) => {
    const status = await bootKernel({
      scratch,
      entry: { directory: root, argv: [process.execPath, inside, scratch] },
      visible: [root, dirname(process.execPath)],
      timeLimitSeconds,
      memoryMegabytes: 2048,
      signal: interruption.signal,
      onConsoleLine: say,
    });
    if (status !== 0) throw new Error(`what ran in the kernel ended with status ${status}`);
    return JSON.parse(await readFile(join(scratch, 'result.json'), 'utf8')) as T;
  });
}
