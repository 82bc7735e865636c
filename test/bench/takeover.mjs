// How long `lvs takeover` and `lvs release` take beyond `node -e 0`: here, with a stand-in for ipvsadm, and in a rehearsal
// kernel, where everything is real and every process is slower; there it is the multiple that counts.
// Usage: node test/bench/takeover.mjs [ROUNDS]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { onRouter } from './takeover/outside.mjs';

const root = join(import.meta.dirname, '../..');
const output = join(root, 'node_modules/.cache/lvs-bench-takeover');
/** Milliseconds beyond Node's own start. */
const limit = 300;

async function bundle() {
  mkdirSync(output, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: {
      kernel: 'test/bench/takeover/kernel.ts',
      inside: 'test/bench/takeover/inside.ts',
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
  const file = (name) => join(output, `${name}.mjs`);
  return {
    ...(await import(file('kernel'))),
    standIn: file('stand-in'),
    trafficAgent: file('agent'),
    inside: file('inside'),
  };
}

/** @returns whether the limit was kept, after printing a table. */
export async function benchTakeover(rounds) {
  const program = join(root, 'bin/run.js');
  const measuring = [
    process.execPath,
    join(root, 'test/bench/takeover/measure.mjs'),
    String(rounds),
    process.execPath,
    program,
  ];
  const { onRehearsedRouter, ...files } = await bundle();
  const here = JSON.parse(onRouter(measuring));
  const inside = JSON.parse(await onRehearsedRouter({ root, ...files }, measuring));
  const most = (here.node + limit) / here.node;
  const rows = [
    ['node -e 0', 'node'],
    ['lvs takeover', 'takeover'],
    ['lvs takeover, again', 'again'],
    ['lvs release', 'release'],
  ];
  console.log('|                     | here, ms | beyond Node | at most | in the kernel, ms | × node -e 0 | at most |');
  console.log('|---------------------|---------:|------------:|--------:|------------------:|------------:|--------:|');
  for (const [title, name] of rows) {
    const cells = [
      [here[name].toFixed(1), 8],
      [(here[name] - here.node).toFixed(1), 11],
      [name === 'node' ? '' : String(limit), 7],
      [inside[name].toFixed(1), 17],
      [(inside[name] / inside.node).toFixed(1), 11],
      [name === 'node' ? '' : most.toFixed(1), 7],
    ];
    console.log(`| ${title.padEnd(19)} | ${cells.map(([text, width]) => text.padStart(width)).join(' | ')} |`);
  }
  return ['takeover', 'again', 'release'].every(
    (name) => here[name] - here.node <= limit && inside[name] / inside.node <= most,
  );
}

if (import.meta.filename === process.argv[1]) {
  process.exitCode = (await benchTakeover(Number(process.argv[2] ?? 15))) ? 0 : 1;
}
