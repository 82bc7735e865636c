// What it takes of this machine to check 2,000 real servers every 2 s, and whether the checks are on time: the whole of `lvs
// monitor`, and the probes with their timetable alone, in one process, stand-in real servers on loopback addresses in another.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bundle } from '../support/bundle.mjs';
import { startServers } from './monitor/start-servers.mjs';
import { wholeMonitor } from './monitor/whole.mjs';

const targets = 2000;
/** Seconds. */
const interval = 2;
const seconds = 30;
/** The latest start of 99 of 100 checks after they were due, in milliseconds: a tenth of the interval. */
const limit = 200;

const runs = [
  { title: 'lvs monitor, tcp', whole: 'tcp: true' },
  { title: 'lvs monitor, http', whole: 'http: /health, status: 200' },
  { title: 'tcp', kind: 'tcp' },
  { title: 'http, the status', kind: 'http' },
  { title: 'http, the body', kind: 'body' },
  { title: 'tcp, nothing there', kind: 'tcp', port: 1 },
  { title: 'http, half of them silent', kind: 'http', silent: targets / 2 },
  { title: 'the same, 256 at a time', kind: 'http', silent: targets / 2, limit: 256, expected: 'late' },
];

/** @returns the figures, as a table too, and whether the limit was kept. */
export async function monitor() {
  const { fileOf } = await bundle('lvs-bench-monitor', {
    checks: 'test/bench/monitor/checks.ts',
    timetable: 'src/monitor/probes/timetable.ts',
  });
  const { usualLimits } = await import(fileOf('timetable'));
  const usual = usualLimits(1).socket;
  const servers = await Promise.all(['tcp', 'http', 'silent'].map(startServers));
  const [tcp, http, silent] = servers;
  const document = {};
  for (const { title, whole, ...checks } of runs) {
    const order = { targets, interval, warmUp: 5, seconds };
    if (whole !== undefined) {
      const { port } = whole.startsWith('tcp') ? tcp : http;
      document[title] = await wholeMonitor({ ...order, check: whole, port });
      continue;
    }
    const { kind, port = (kind === 'tcp' ? tcp : http).port, ...rest } = checks;
    const wanted = {
      kind,
      ...order,
      silent: 0,
      port,
      silentPort: silent.port,
      limit: usual,
      ...rest,
    };
    const { stdout } = await promisify(execFile)(process.execPath, [fileOf('checks'), JSON.stringify(wanted)]);
    document[title] = JSON.parse(stdout);
  }
  for (const { child } of servers) child.stdin.end();
  const reached = runs.every(
    ({ title, expected }) => expected === 'late' || document[title].lateness.p99 / 1000 <= limit,
  );
  return { name: 'monitor', document, text: table(document), reached };
}

function table(document) {
  const lines = [
    `| ${`${targets} every ${interval} s`.padEnd(25)} | a second | processor, % | memory, MiB | late p50, ms | p99, ms | at most | max, ms | passed | failed | skipped |`,
    '|---------------------------|---------:|-------------:|------------:|-------------:|--------:|--------:|--------:|-------:|-------:|--------:|',
  ];
  for (const [title, { perSecond, processor, memory, lateness, results, skipped }] of Object.entries(document)) {
    const cells = [
      [perSecond.toFixed(0), 8],
      [(processor * 100).toFixed(1), 12],
      [(memory / 2 ** 20).toFixed(0), 11],
      [(lateness.p50 / 1000).toFixed(1), 12],
      [(lateness.p99 / 1000).toFixed(1), 7],
      [String(limit), 7],
      [(lateness.max / 1000).toFixed(0), 7],
      [String(results.passed), 6],
      [String(results.failed + results.withoutVerdict), 6],
      [String(skipped), 7],
    ];
    lines.push(`| ${title.padEnd(25)} | ${cells.map(([text, width]) => text.padStart(width)).join(' | ')} |`);
  }
  return lines.join('\n');
}
