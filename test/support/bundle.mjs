import { join } from 'node:path';
import { build } from 'rolldown';

const root = join(import.meta.dirname, '../..');

/**
 * Bundles what runs on this machine and inside the rehearsal kernel, the traffic's programs included.
 * @param name of a folder for the results, below node_modules/.cache
 * @param entryPoints names to sources
 * @returns where the results are, by name
 */
export async function bundle(name, entryPoints) {
  const output = join(root, 'node_modules/.cache', name);
  await build({
    cwd: root,
    input: {
      ...entryPoints,
      'stand-in': 'src/rehearsal/traffic/stand-in.ts',
      agent: 'src/rehearsal/traffic/agent.ts',
    },
    platform: 'node',
    external: /^[^./]/,
    transform: { target: 'node20' },
    output: { dir: output, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    logLevel: 'warn',
  });
  const fileOf = (entry) => join(output, `${entry}.mjs`);
  return { fileOf, root, standIn: fileOf('stand-in'), trafficAgent: fileOf('agent') };
}
