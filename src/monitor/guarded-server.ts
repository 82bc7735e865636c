import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';

/** Connections that are kept; the file descriptors are for checks. A collector needs one. */
const mostConnections = 16;

/** Milliseconds in which a request is to come, and an answer to be taken. */
const patience = 5000;

const limits = {
  maxHeaderSize: 8192,
  headersTimeout: patience,
  requestTimeout: patience,
  keepAliveTimeout: patience,
  connectionsCheckingInterval: 1000,
};

/**
 * A server that connections which ask nothing, or do so slowly, cannot fill: one more than it keeps takes the place of the oldest
 * of them.
 */
export function guardedServer(answer: RequestListener): Server {
  const server = createServer(limits, answer);
  const sockets = new Set<Socket>();
  server.maxConnections = 2 * mostConnections;
  server.setTimeout(patience, (socket) => socket.destroy());
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const [oldest] = sockets;
    if (sockets.size > mostConnections) oldest?.destroy();
  });
  return server;
}
