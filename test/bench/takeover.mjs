// How long `lvs takeover` and `lvs release` take beyond `node -e 0`: here, with a stand-in for ipvsadm, and in a rehearsal
// kernel, where everything is real and every process is slower; there it is the multiple that counts.
import { fileURLToPath } from 'node:url';
import { onRouter } from './takeover/outside.mjs';

/** Milliseconds beyond Node's own start. */
const limit = 300;

/**
 * @param inKernel measures in a rehearsal kernel
 * @returns the figures, as a table too, and whether the limit was kept.
 */
export async function takeover(inKernel, rounds = 15) {
  const program = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
  const measure = fileURLToPath(new URL('takeover/measure.mjs', import.meta.url));
  const here = JSON.parse(onRouter([process.execPath, measure, String(rounds), process.execPath, program]));
  const inside = await inKernel({ mode: 'takeover', rounds, words: [] });
  const most = (here.node + limit) / here.node;
  const rows = [
    ['node -e 0', 'node'],
    ['lvs takeover', 'takeover'],
    ['lvs takeover, again', 'again'],
    ['lvs release', 'release'],
  ];
  const lines = [
    '|                     | here, ms | beyond Node | at most | in the kernel, ms | × node -e 0 | at most |',
    '|---------------------|---------:|------------:|--------:|------------------:|------------:|--------:|',
  ];
  for (const [title, name] of rows) {
    const cells = [
      [here[name].toFixed(1), 8],
      [(here[name] - here.node).toFixed(1), 11],
      [name === 'node' ? '' : String(limit), 7],
      [inside[name].toFixed(1), 17],
      [(inside[name] / inside.node).toFixed(1), 11],
      [name === 'node' ? '' : most.toFixed(1), 7],
    ];
    lines.push(`| ${title.padEnd(19)} | ${cells.map(([text, width]) => text.padStart(width)).join(' | ')} |`);
  }
  const reached = ['takeover', 'again', 'release'].every(
    (name) => here[name] - here.node <= limit && inside[name] / inside.node <= most,
  );
  return { name: 'takeover', document: { here, inside, limit, most, reached }, text: lines.join('\n'), reached };
}
