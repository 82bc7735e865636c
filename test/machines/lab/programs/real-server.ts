import { createServer } from 'node:http';
import { createServer as createEcho } from 'node:net';

/** A real server: its name over HTTP on port 80, an echo on port 7000. */
const [name = 'real'] = process.argv.slice(2);
createServer((_request, response) => {
  response.setHeader('connection', 'close');
  response.end(`${name}\n`);
}).listen(80);
createEcho((socket) => {
  socket.setNoDelay();
  socket.on('error', () => {});
  socket.pipe(socket);
}).listen(7000);
