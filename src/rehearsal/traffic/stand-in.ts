import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Listener } from '../topology/topology.ts';
import { serveSctp } from './sctp.ts';

/**
 * The stand-in for the real servers of one host: a program that reads its name and listeners as JSON, says `ready`, and answers.
 *
 * TCP: any HTTP request is answered with the host's name and the real server, `rs1 192.168.1.2:80`; `/stream` with a dot every
 * 100 ms until the client leaves. UDP: every datagram is answered with the same, and SCTP: every association.
 */
const { name, listeners } = JSON.parse(await text(process.stdin)) as { name: string; listeners: Listener[] };
const answerBy = { tcp: serve, udp: echo, sctp: (listener: Listener) => serveSctp(listener, answerOf(listener)) };
await Promise.all(listeners.map((listener) => answerBy[listener.protocol](listener)));
process.stdout.write('ready\n');

function answerOf({ by }: Listener): string {
  return `${name} ${by}\n`;
}

async function serve(endpoint: Listener): Promise<void> {
  const server = createServer((request, response) => {
    if (request.url !== '/stream') {
      response.setHeader('connection', 'close').end(answerOf(endpoint));
      return;
    }
    const dots = setInterval(() => response.write('.'), 100);
    response.on('close', () => clearInterval(dots));
  });
  server.listen({ host: endpoint.address, port: endpoint.port });
  await once(server, 'listening');
}

async function echo(endpoint: Listener): Promise<void> {
  const socket = createSocket(endpoint.address.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', (_, sender) => socket.send(answerOf(endpoint), sender.port, sender.address));
  socket.bind(endpoint.port, endpoint.address);
  await once(socket, 'listening');
}
