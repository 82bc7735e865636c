// Whether `lvs monitor` keeps to its memory: 20 real servers, half of them flapping, checked every 100 ms, its metrics read every
// five seconds. The medians of the two halves of the time that follows a warm-up differ by at most 5 %.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { startServers } from './monitor/start-servers.mjs';
import { startMonitor } from './monitor/whole.mjs';

const targets = 20;
/** Seconds. */
const interval = 0.1;
const betweenSamples = 5;
const limit = 0.05;

/** @returns the figures, as text too, and whether memory and descriptors stayed as they were. */
export async function soak(minutes, say) {
  const servers = await startServers('flapping');
  const check = 'http: /health, status: 200';
  const { pid, metrics, end } = await startMonitor({ check, targets, interval, port: servers.port });
  try {
    const seconds = minutes * 60;
    await pause(seconds * 100);
    const samples = [];
    for (let left = seconds * 0.9; left > 0; left -= betweenSamples) {
      await pause(betweenSamples * 1000);
      samples.push({ ...memoryOf(pid), descriptors: readdirSync(`/proc/${pid}/fd`).length });
      await metrics();
      if (samples.length % 60 === 0) say(`${samples.length / 12} minutes: ${JSON.stringify(samples.at(-1))}`);
    }
    return judged(minutes, samples, await metrics());
  } finally {
    end();
    servers.child.stdin.end();
  }
}

function judged(minutes, samples, counts) {
  const middle = Math.floor(samples.length / 2);
  const halves = [samples.slice(0, middle), samples.slice(middle)];
  const [first, second] = halves.map((half) => median(half.map(({ resident }) => resident)));
  const [before, after] = halves.map((half) => median(half.map(({ descriptors }) => descriptors)));
  const [passed, failed] = ['passed', 'failed'].map((result) => counts[`lvs_checks_total{result="${result}"}`]);
  const growth = second / first - 1;
  const document = { minutes, passed, failed, first, second, growth, descriptors: [before, after] };
  const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const text = `lvs monitor for ${minutes} minutes, ${targets} real servers every ${interval} s: ${passed} checks passed, ${failed} failed
  memory, median of the first half ${mebibytes(first)}, of the second ${mebibytes(second)} (${(growth * 100).toFixed(1)} %, at most ${limit * 100} %)
  descriptors ${before}, then ${after}`;
  return { name: 'soak', document, text, reached: growth <= limit && failed > 0 && passed > 0 };
}

function memoryOf(pid) {
  const [, resident] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return { resident: Number(resident) * 1024 };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
