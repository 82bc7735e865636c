// npm run test:kernel [-- WORDS…]: runs the tests below test/kernel in rehearsal kernels; WORDS select files by their names.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');
const output = join(root, 'node_modules/.cache/lvs-kernel-tests');

await mkdir(output, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: {
    runner: 'test/kernel/support/runner.ts',
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
const { runKernelTests } = await import(join(output, 'runner.mjs'));
process.exitCode = await runKernelTests({
  root,
  standIn: join(output, 'stand-in.mjs'),
  trafficAgent: join(output, 'agent.mjs'),
  words: process.argv.slice(2),
});
