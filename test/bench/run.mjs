// npm run bench [-- PARTS… OPTIONS]: what this program costs and does, measured. See usage below.
import { parseArgs } from 'node:util';
import { bundle } from '../support/bundle.mjs';
import { monitor } from './monitor.mjs';
import { startUp } from './startup.mjs';
import { takeover } from './takeover.mjs';

const usage = `usage: npm run bench [-- [PART…] [--rounds N] [--only WORD]… [--json]]
PART   startup, takeover, monitor, load, failover, to-and-fro; without any all but the last
--only scenarios of failover that have this word in their names
`;

const numbers = { type: 'string' };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: numbers, only: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } },
});
const parts = positionals.length === 0 ? ['startup', 'takeover', 'monitor', 'load', 'failover'] : positionals;
const unknown = parts.find(
  (part) => !['startup', 'takeover', 'monitor', 'load', 'failover', 'to-and-fro'].includes(part),
);
if (unknown !== undefined) {
  process.stderr.write(`there is no part "${unknown}"\n${usage}`);
  process.exit(2);
}
const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
const measured = [];
if (parts.includes('startup')) measured.push(startUp(rounds));
if (parts.includes('takeover')) measured.push(await takeover(rounds));
if (parts.includes('monitor')) measured.push(await monitor());
const modes = parts.filter((part) => ['load', 'failover', 'to-and-fro'].includes(part));
if (modes.length > 0) {
  const { fileOf, ...files } = await bundle('lvs-bench', {
    bench: 'test/bench/failover/bench.ts',
    inside: 'test/bench/failover/inside.ts',
  });
  const place = { ...files, inside: fileOf('inside') };
  const { measure } = await import(fileOf('bench'));
  const say = (line) => process.stderr.write(`${line}\n`);
  for (const mode of modes) {
    measured.push(await measure(place, { mode, ...(rounds && { rounds }), words: values.only ?? [] }, say));
  }
}
if (values.json)
  console.log(JSON.stringify(Object.fromEntries(measured.map(({ name, document }) => [name, document])), null, 1));
else console.log(measured.map(({ text }) => text).join('\n\n'));
process.exitCode = measured.every(({ reached }) => reached) ? 0 : 1;
