// Stand-in real servers in a process of their own: all of 127.0.0.0/8 on one port. What they do is the first word: tcp, http
// (a small answer, and the end of the connection), or silent (never an answer). Prints the port.
import { createServer } from 'node:net';

const [, , kind] = process.argv;
const body = 'healthy\n';
const answer = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

const server = createServer((socket) => {
  socket.on('error', () => {});
  if (kind === 'http') socket.once('data', () => socket.end(answer));
  else socket.resume();
});
server.listen({ host: '0.0.0.0', port: 0, backlog: 4096 }, () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit());
