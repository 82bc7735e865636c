// How long the halves of a failover take on this machine, which must be a router: medians of runs that alternate with
// `node -e 0`, so that all see the same machine. Prints a JSON object of milliseconds.
// Usage: node measure.mjs ROUNDS LVS…
import { spawnSync } from 'node:child_process';

const [rounds, ...lvs] = process.argv.slice(2);

/** @returns milliseconds. */
function timed([program, ...words]) {
  const start = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', cwd: '/' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: exit status ${status}\n${stdout}${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

const commands = {
  node: [process.execPath, '-e', '0'],
  takeover: [...lvs, 'takeover'],
  again: [...lvs, 'takeover'],
  release: [...lvs, 'release'],
};
timed([...lvs, 'release']);
const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
for (let round = 0; round < Number(rounds); round += 1) {
  for (const [name, words] of Object.entries(commands)) times[name].push(timed(words));
}
const medians = Object.entries(times).map(([name, all]) => [name, median(all)]);
process.stdout.write(`${JSON.stringify(Object.fromEntries(medians))}\n`);
