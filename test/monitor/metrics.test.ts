import { connect, Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { serveMetrics } from '../../src/monitor/metrics.ts';
import type { Monitor } from '../../src/monitor/monitor.ts';
import { tcpProbe } from '../../src/monitor/probes/tcp.ts';
import { closedPort, never, serve, until } from './support/servers.ts';

const monitor = {
  judge: { decisions: new Map() },
  observations: { counts: { passed: 7 } },
  timetable: { skipped: { running: 0, waiting: 0 }, lateness: { percentile: () => 0 } },
} as unknown as Monitor;

let port: number;
let served: { close(): Promise<void> };
let sockets: Socket[];

beforeEach(async () => {
  port = await closedPort();
  served = await serveMetrics({ host: '127.0.0.1', port }, monitor);
  sockets = [];
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await served.close();
});

const closed = () => sockets.filter((socket) => socket.closed).length;

/** @param said what it says at first, and no more */
function open(said: string): void {
  const socket = connect(port, '127.0.0.1', () => socket.write(said));
  socket.on('error', () => {});
  sockets.push(socket);
}

async function scrape(): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  return answer.text();
}

test('it is answered, and checks go on, whatever connections there are that ask nothing or slowly', async () => {
  const server = await serve((socket) => socket.end());
  for (let count = 0; count < 300; count += 1) open('');
  for (let count = 0; count < 100; count += 1) open('GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  await until(() => closed() >= 380);
  expect(await scrape()).toContain('lvs_checks_total{result="passed"} 7');
  expect(await tcpProbe({ address: '127.0.0.1', port: server, timeout: 5 })(never)).toEqual({ ok: true });
});

test('a connection that asks nothing or slowly is closed by itself', { timeout: 200_000 }, async () => {
  open('');
  open('GET /metrics HTTP/1.1\r\nHost: ');
  const slow = sockets[1];
  const drip = setInterval(() => slow?.write('x'), 500);
  await expect.poll(closed, { timeout: 200_000 }).toBe(2);
  clearInterval(drip);
});

test('too many open files when it accepts do not end the monitor', async () => {
  await served.close();
  const listen = vi.spyOn(Server.prototype, 'listen');
  served = await serveMetrics({ host: '127.0.0.1', port }, monitor);
  const [server] = listen.mock.contexts as Server[];
  listen.mockRestore();
  const refused = Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' });
  // The first one may find the listener for an address that cannot be used.
  for (const error of [refused, refused, refused]) server?.emit('error', error);
  expect(server?.listening).toBe(true);
  expect(await scrape()).toContain('lvs_');
});
