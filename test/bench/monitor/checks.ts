import { type HttpTarget, httpProbe } from '../../../src/monitor/probes/http.ts';
import type { Probe } from '../../../src/monitor/probes/result.ts';
import { tcpProbe } from '../../../src/monitor/probes/tcp.ts';
import { Timetable } from '../../../src/monitor/probes/timetable.ts';
import { compilePattern } from '../../../src/patterns/pattern.ts';

/** What one run is asked for: the words of this program, as JSON. */
interface Wanted {
  readonly kind: 'tcp' | 'http' | 'body';
  readonly targets: number;
  /** Of so many of the targets the answers never come; they are on `silentPort`. */
  readonly silent: number;
  readonly port: number;
  readonly silentPort: number;
  readonly limit: number;
  /** Seconds. */
  readonly interval: number;
  readonly warmUp: number;
  readonly seconds: number;
}

const wanted = JSON.parse(process.argv[2] ?? '{}') as Wanted;
const results = { passed: 0, failed: 0, withoutVerdict: 0 };
const reasons = new Map<string, number>();
let highest = 0;

function probeOf(index: number): Probe {
  const silent = index < wanted.silent;
  // Neighbours by address are not neighbours in time.
  const endpoint = {
    address: `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`,
    port: silent ? wanted.silentPort : wanted.port,
    timeout: 1,
  };
  if (wanted.kind === 'tcp') return tcpProbe(endpoint);
  const body = wanted.kind === 'body' ? compilePattern('(?m)^healthy$') : null;
  const target: HttpTarget = { ...endpoint, path: '/health', host: 'www.example.org', status: 200, body, tls: null };
  return httpProbe(target);
}

const timetable = new Timetable({
  limits: { socket: wanted.limit },
  onError: (error) => {
    throw error;
  },
});
for (let index = 0; index < wanted.targets; index += 1) {
  const probe = probeOf(index);
  timetable.add({
    interval: wanted.interval,
    jitter: 0.1,
    kind: 'socket',
    run: async (signal) => {
      const result = await probe(signal);
      if (result.ok) results.passed += 1;
      else {
        results[result.ok === null ? 'withoutVerdict' : 'failed'] += 1;
        reasons.set(result.reason, (reasons.get(result.reason) ?? 0) + 1);
      }
    },
  });
}
await sleep(wanted.warmUp);
timetable.lateness.reset();
Object.assign(results, { passed: 0, failed: 0, withoutVerdict: 0 });
reasons.clear();
const before = { cpu: process.cpuUsage(), at: performance.now(), skipped: timetable.skipped };
const memory = setInterval(() => {
  highest = Math.max(highest, process.memoryUsage.rss());
}, 250);
await sleep(wanted.seconds);
const { user, system } = process.cpuUsage(before.cpu);
const elapsed = performance.now() - before.at;
clearInterval(memory);
const { lateness, skipped } = timetable;
console.log(
  JSON.stringify({
    perSecond: (lateness.count / elapsed) * 1000,
    // Of one processor.
    processor: (user + system) / 1000 / elapsed,
    ofWhichSystem: system / 1000 / elapsed,
    memory: highest,
    lateness: { p50: lateness.percentile(50), p99: lateness.percentile(99), max: lateness.max },
    skipped: skipped.running - before.skipped.running + skipped.waiting - before.skipped.waiting,
    results,
    reasons: Object.fromEntries(reasons),
  }),
);
const stopping = performance.now();
await timetable.stop();
if (performance.now() - stopping > 1000) throw new Error('the timetable did not stop within a second');

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
}
