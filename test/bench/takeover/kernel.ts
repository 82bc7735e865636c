import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseConfig } from '../../../src/config/config.ts';
import { figureFile } from '../../../src/rehearsal/figure.ts';
import { bootKernel } from '../../../src/rehearsal/kernel/boot.ts';
import { checkRequirements } from '../../../src/rehearsal/kernel/requirements.ts';
import { withScratchDirectory } from '../../../src/rehearsal/kernel/scratch.ts';
import { topologyOf } from '../../../src/rehearsal/topology/topology-of.ts';

export interface KernelPlace {
  /** The package's directory. */
  readonly root: string;
  /** JavaScript files for the inside. */
  readonly standIn: string;
  readonly trafficAgent: string;
  readonly inside: string;
}

/** Measures on a router of the figure, in a rehearsal kernel. Returns what measure.mjs printed. */
export async function onRehearsedRouter(
  { root, standIn, trafficAgent, inside }: KernelPlace,
  measuring: readonly string[],
): Promise<string> {
  await checkRequirements();
  const plan = {
    topology: topologyOf(parseConfig(figureFile, 'the figure').cluster),
    programs: { node: process.execPath, lvs: [process.execPath, join(root, 'bin/run.js')], standIn, trafficAgent },
  };
  return withScratchDirectory({ 'order.json': JSON.stringify({ plan, measuring }) }, async (scratch) => {
    const status = await bootKernel({
      scratch,
      entry: { directory: root, argv: [process.execPath, inside, scratch] },
      visible: [root, dirname(process.execPath)],
      timeLimitSeconds: 600,
      memoryMegabytes: 2048,
      onConsoleLine: (line) => process.stderr.write(`${line}\n`),
    });
    if (status !== 0) throw new Error(`the bench ended with status ${status}`);
    return readFile(join(scratch, 'result.json'), 'utf8');
  });
}
