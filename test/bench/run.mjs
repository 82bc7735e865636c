// npm run bench [-- PARTS… OPTIONS]: what this program costs and does, measured. See usage below.
import { parseArgs } from 'node:util';
import { bundle } from '../support/bundle.mjs';
import { monitor } from './monitor.mjs';
import { soak } from './soak.mjs';
import { startUp } from './startup.mjs';
import { takeover } from './takeover.mjs';

const usage = `usage: npm run bench [-- [PART…] [--rounds N] [--only WORD]… [--minutes N] [--json]]
PART   startup, takeover, scale, monitor, load, failover, to-and-fro, soak; without any all but the last two
--only scenarios of failover that have this word in their names
--minutes how long soak watches the memory of lvs monitor (60)
`;

const { fileOf, ...files } = await bundle('lvs-bench', {
  bench: 'test/bench/rehearsed/bench.ts',
  inside: 'test/bench/rehearsed/inside.ts',
});
const place = { ...files, inside: fileOf('inside') };
const { measure, inKernel } = await import(fileOf('bench'));
const say = (line) => process.stderr.write(`${line}\n`);

const numbers = { type: 'string' };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: numbers,
    minutes: numbers,
    only: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
  },
});
const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
const rehearsed = (mode) => () => measure(place, { mode, ...(rounds && { rounds }), words: values.only ?? [] }, say);
const parts = {
  startup: () => startUp(rounds),
  takeover: () => takeover((order) => inKernel(place, order, say), rounds),
  scale: rehearsed('scale'),
  monitor,
  load: rehearsed('load'),
  failover: rehearsed('failover'),
  'to-and-fro': rehearsed('to-and-fro'),
  soak: () => soak(Number(values.minutes ?? 60), say),
};
const unknown = positionals.find((part) => !(part in parts));
if (unknown !== undefined) {
  process.stderr.write(`there is no part "${unknown}"\n${usage}`);
  process.exit(2);
}
const wanted =
  positionals.length === 0 ? Object.keys(parts).filter((part) => !['to-and-fro', 'soak'].includes(part)) : positionals;
const measured = [];
for (const part of wanted) measured.push(await parts[part]());
if (values.json)
  console.log(JSON.stringify(Object.fromEntries(measured.map(({ name, document }) => [name, document])), null, 1));
else console.log(measured.map(({ text }) => text).join('\n\n'));
process.exitCode = measured.every(({ reached }) => reached) ? 0 : 1;
