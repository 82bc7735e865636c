import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A stand-in real server, closed when the test is over. @returns its port */
export async function serve(serveOne: (socket: Socket) => void, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    serveOne(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return listen(server, host);
}

export async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  server.listen(0, host);
  await once(server, 'listening');
  const place = server.address();
  if (place === null || typeof place === 'string') throw new TypeError('not a port');
  return place.port;
}

/** A port of this machine that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** Listens, says where, and accepts nothing ever after. */
const notAccepting = `
const server = require('node:net').createServer();
server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
  require('node:fs').writeSync(1, String(server.address().port));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/** A port whose queue of connections is full: the kernel drops what comes to it. */
export async function unacceptingPort(): Promise<number> {
  const child = spawn(process.execPath, ['-e', notAccepting], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(child.stdout, 'data');
  const fillers = [1, 2, 3, 4].map(() => connect({ host: '127.0.0.1', port: Number(port) }).on('error', () => {}));
  onTestFinished(() => {
    child.kill('SIGKILL');
    for (const socket of fillers) socket.destroy();
  });
  // The queue takes one more than it is said to.
  await until(() => fillers.filter(({ connecting }) => !connecting).length === 2);
  return Number(port);
}

export const never = new AbortController().signal;

/** Waits until `holds`, which is a failure after half a minute. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not come to be within 5 s');
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
