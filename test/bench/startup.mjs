// How long `lvs --help` takes, as a multiple of `node -e 0`: medians of runs that alternate, so that both see the same machine.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const limit = 5;
const program = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

/** @returns what was measured, its table, and whether the figure was reached. */
export function startUp(rounds = 21) {
  timed([program, '--help']);
  const times = { node: [], help: [] };
  for (let round = 0; round < rounds; round += 1) {
    times.node.push(timed(['-e', '0']));
    times.help.push(timed([program, '--help']));
  }
  const [node, help] = [median(times.node), median(times.help)];
  const ratio = help / node;
  return { name: 'startup', document: { node, help, ratio, limit }, text: table(node, help), reached: ratio <= limit };
}

/** @returns milliseconds. */
function timed(words) {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${words.join(' ')}: exit status ${status}\n${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function table(node, help) {
  return [
    '| start-up   |      ms | × node -e 0 | at most |',
    '|------------|--------:|------------:|--------:|',
    `| node -e 0  | ${node.toFixed(1).padStart(7)} | ${'1.0'.padStart(11)} |         |`,
    `| lvs --help | ${help.toFixed(1).padStart(7)} | ${(help / node).toFixed(1).padStart(11)} | ${limit.toFixed(1).padStart(7)} |`,
  ].join('\n');
}
