// npm run bench [-- PARTS… OPTIONS]: what this program costs and does, measured. See usage below.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { startUp } from './startup.mjs';

const usage = `usage: npm run bench [-- [PART…] [--rounds N] [--only WORD]… [--json]]
PART   startup, failover, to-and-fro; without any the first two
--only scenarios of failover that have this word in their names
`;

const root = join(import.meta.dirname, '../..');
const output = join(root, 'node_modules/.cache/lvs-bench');

async function bundle() {
  await mkdir(output, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: {
      bench: 'test/bench/failover/bench.ts',
      inside: 'test/bench/failover/inside.ts',
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
  return import(join(output, 'bench.mjs'));
}
const place = {
  root,
  standIn: join(output, 'stand-in.mjs'),
  trafficAgent: join(output, 'agent.mjs'),
  inside: join(output, 'inside.mjs'),
};
const numbers = { type: 'string' };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: numbers, only: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } },
});
const parts = positionals.length === 0 ? ['startup', 'failover'] : positionals;
const unknown = parts.find((part) => !['startup', 'failover', 'to-and-fro'].includes(part));
if (unknown !== undefined) {
  process.stderr.write(`there is no part "${unknown}"\n${usage}`);
  process.exit(2);
}
const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
const measured = [];
if (parts.includes('startup')) measured.push(startUp(rounds));
if (parts.some((part) => part !== 'startup')) {
  const { measure } = await bundle();
  const say = (line) => process.stderr.write(`${line}\n`);
  for (const mode of parts.filter((part) => part !== 'startup')) {
    measured.push(await measure(place, { mode, ...(rounds && { rounds }), words: values.only ?? [] }, say));
  }
}
if (values.json)
  console.log(JSON.stringify(Object.fromEntries(measured.map(({ name, document }) => [name, document])), null, 1));
else console.log(measured.map(({ text }) => text).join('\n\n'));
process.exitCode = measured.every(({ reached }) => reached) ? 0 : 1;
