import type { Server } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { LvsError } from '../model/errors.ts';
import type { Decision } from '../weights/decisions.ts';
import { guardedServer } from './guarded-server.ts';
import type { Listen } from './listen.ts';
import type { Monitor } from './monitor.ts';

/** Serves what a monitor knows at /metrics. Throws `refused` where the address cannot be used. */
export async function serveMetrics({ host, port }: Listen, monitor: Monitor): Promise<{ close(): Promise<void> }> {
  const registry = registryOf(monitor);
  const server = guardedServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('see /metrics\n');
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error) => response.writeHead(500).end(`${error}\n`),
    );
  });
  await listening(server, host, port);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(new LvsError('refused', `--metrics: ${host} port ${port} cannot be used: ${error.message}`));
    });
    server.listen(port, host, () => {
      // With too many files open nothing more is accepted for a moment.
      server.on('error', () => {});
      resolve();
    });
  });
}

function registryOf(monitor: Monitor): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const labelNames = ['virtual_server', 'real_server'] as const;
  const perReal = (name: string, help: string, value: (decision: Decision) => number) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const [virtual_server, { realServers }] of monitor.judge.decisions) {
          for (const [real_server, decision] of realServers) this.set({ virtual_server, real_server }, value(decision));
        }
      },
    });
  perReal('lvs_real_server_weight', "The weight that was decided for the kernel's table", ({ weight }) => weight);
  perReal('lvs_real_server_configured_weight', 'The weight in lvs.yaml', ({ configured }) => configured);
  perReal('lvs_real_server_up', '1: checks say that it is up; 0: down; 0.5: not known yet', ({ health }) => up[health]);
  perReal('lvs_real_server_load_factor', 'What load makes of the configured weight', ({ load }) => load);
  new Gauge({
    name: 'lvs_virtual_server_sorry',
    help: '1: the sorry server stands in',
    labelNames: ['virtual_server'],
    registers,
    collect() {
      this.reset();
      for (const [virtual_server, { sorry }] of monitor.judge.decisions) this.set({ virtual_server }, sorry ? 1 : 0);
    },
  });
  new Counter({
    name: 'lvs_checks_total',
    help: 'Checks that were made; "unable" are those that could not be, by no fault of the real server',
    labelNames: ['result'],
    registers,
    collect() {
      this.reset();
      for (const [result, count] of Object.entries(monitor.observations.counts)) this.inc({ result }, count);
    },
  });
  new Counter({
    name: 'lvs_checks_skipped_total',
    help: 'Times at which a check was due and still running ("running") or waiting for its turn ("waiting")',
    labelNames: ['why'],
    registers,
    collect() {
      this.reset();
      const { running, waiting } = monitor.timetable.skipped;
      this.inc({ why: 'running' }, running);
      this.inc({ why: 'waiting' }, waiting);
    },
  });
  new Gauge({
    name: 'lvs_check_lateness_seconds',
    help: 'How late checks began, by quantile, since the monitor did',
    labelNames: ['quantile'],
    registers,
    collect() {
      for (const quantile of [50, 99, 100]) {
        const microseconds = monitor.timetable.lateness.percentile(quantile);
        this.set({ quantile: String(quantile / 100) }, microseconds / 1_000_000);
      }
    },
  });
  return registry;
}

const up = { up: 1, down: 0, unknown: 0.5 } as const;
