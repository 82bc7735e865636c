import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');

/**
 * Bundles what runs on this machine and inside the rehearsal kernel, the traffic's programs included.
 * @param name of a folder for the results, below node_modules/.cache
 * @param entryPoints names to sources
 * @returns where the results are, by name
 */
export async function bundle(name, entryPoints) {
  const output = join(root, 'node_modules/.cache', name);
  await mkdir(output, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: {
      ...entryPoints,
      'stand-in': 'src/rehearsal/traffic/stand-in.ts',
      agent: 'src/rehearsal/traffic/agent.ts',
    },
    outdir: output,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  const fileOf = (entry) => join(output, `${entry}.mjs`);
  return { fileOf, root, standIn: fileOf('stand-in'), trafficAgent: fileOf('agent') };
}
