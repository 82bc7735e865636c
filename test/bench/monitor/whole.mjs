// The whole of `lvs monitor`, which observes and decides, and changes nothing here.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = join(import.meta.dirname, '../../..');
/** Of a second, in which the kernel counts the time of processes; see sysconf(_SC_CLK_TCK). */
const ticks = 100;
const perVirtualServer = 100;

/** @returns the same figures as checks.ts; latenesses are those since it began. */
export async function wholeMonitor({ warmUp, seconds, ...checks }) {
  const { pid, metrics, end } = await startMonitor(checks);
  try {
    await pause(warmUp * 1000);
    const before = { ...(await metrics()), ...timesOf(pid), at: performance.now() };
    await pause(seconds * 1000);
    const after = { ...(await metrics()), ...timesOf(pid) };
    const elapsed = (performance.now() - before.at) / 1000;
    const since = (name) => after[name] - before[name];
    const [passed, failed] = ['passed', 'failed'].map((result) => since(`lvs_checks_total{result="${result}"}`));
    const quantile = (value) => after[`lvs_check_lateness_seconds{quantile="${value}"}`] * 1e6;
    return {
      perSecond: (passed + failed) / elapsed,
      processor: (since('user') + since('system')) / ticks / elapsed,
      memory: after.peak,
      lateness: { p50: quantile('0.5'), p99: quantile('0.99'), max: quantile('1') },
      skipped: since('lvs_checks_skipped_total{why="running"}') + since('lvs_checks_skipped_total{why="waiting"}'),
      results: { passed, failed, withoutVerdict: since('lvs_checks_total{result="unable"}') },
    };
  } finally {
    end();
  }
}

/** @returns its process, a reader of its metrics, and what ends it. */
export async function startMonitor({ check, targets, interval, port }) {
  const place = mkdtempSync(join(tmpdir(), 'lvs-bench-'));
  writeFileSync(join(place, 'lvs.yaml'), configuration(check, targets, interval, port), { mode: 0o644 });
  const metricsPort = await freePort();
  const words = ['monitor', '-n', '-c', join(place, 'lvs.yaml'), '--metrics', String(metricsPort)];
  const child = spawn(process.execPath, [join(root, 'bin/run.js'), ...words], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const end = () => {
    child.kill();
    rmSync(place, { recursive: true });
  };
  return { pid: child.pid, metrics: () => readMetrics(metricsPort), end };
}

function configuration(check, targets, interval, port) {
  const servers = Array.from({ length: targets / perVirtualServer }, (_, server) => {
    const reals = Array.from({ length: perVirtualServer }, (_, index) => {
      const number = server * perVirtualServer + index;
      return `      - 127.1.${Math.floor(number / 250)}.${(number % 250) + 1}:${port}\n`;
    });
    return `  s${server}:
    address: tcp://192.0.2.${server + 1}:80
    check: { ${check}, interval: ${interval}s, timeout: 1s }
    real-servers:
${reals.join('')}`;
  });
  return `public: { device: eth0 }\nvirtual-servers:\n${servers.join('')}`;
}

async function readMetrics(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('lvs_check'));
  return Object.fromEntries(lines.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]));
}

function timesOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { user: Number(stat[11]), system: Number(stat[12]), peak: Number(peak) * 1024 };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
