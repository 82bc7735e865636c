// Stand-in real servers in a process of their own: all of 127.0.0.0/8 on one port. What they do is the first word: tcp, http
// (a small answer, and the end of the connection), flapping (the same, which half of the servers refuse for some seconds, each at
// times of its own), or silent (never an answer). Prints the port.
import { createServer } from 'node:net';

const [, , kind] = process.argv;
const body = 'healthy\n';
const answer = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

const refusal = answer.replace('200 OK', '503 Service Unavailable');

/** Seconds for which a flapping server stays as it is. */
const steady = 3;

/** Whether a flapping server refuses now: its address and the time decide, so that no state is kept. */
function refuses({ localAddress = '' }) {
  const number = Number(localAddress.split('.').at(-1));
  if (number % 2 === 0) return false;
  const turn = Math.floor(Date.now() / 1000 / steady) + number;
  return ((turn * 2_654_435_761) >>> 7) % 3 === 0;
}

const answers = { http: () => answer, flapping: (socket) => (refuses(socket) ? refusal : answer) };

const server = createServer((socket) => {
  socket.on('error', () => {});
  if (kind in answers) socket.once('data', () => socket.end(answers[kind](socket)));
  else socket.resume();
});
server.listen({ host: '0.0.0.0', port: 0, backlog: 4096 }, () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit());
