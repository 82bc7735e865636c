import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import type { Endpoint } from '../topology/topology.ts';

/** How one request ended: who answered, or why nobody did. */
export type Outcome = { readonly by: string } | { readonly failure: string };

const timeLimitMilliseconds = 5000;
/** Datagrams get lost; whoever uses them asks again. */
const resendMilliseconds = 1000;

/** Sends one request over a new connection, or in one datagram. Never rejects. */
export function request(endpoint: Endpoint): Promise<Outcome> {
  return endpoint.protocol === 'udp' ? datagram(endpoint) : connection(endpoint);
}

/** The answer is the stand-in's: its host, then the real server's address and port. */
function outcomeOf(answer: string): Outcome {
  const by = /(\S+)\s*$/.exec(answer)?.[1];
  return by === undefined ? { failure: 'closed' } : { by };
}

function connection({ address, port }: Endpoint): Promise<Outcome> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: address, port });
    const timer = setTimeout(() => finish({ failure: 'timeout' }), timeLimitMilliseconds);
    const finish = (outcome: Outcome) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write('GET / HTTP/1.0\r\n\r\n'));
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('end', () => finish(outcomeOf(answer)));
    socket.on('error', (error: NodeJS.ErrnoException) => finish({ failure: error.code ?? error.message }));
  });
}

function datagram({ address, port }: Endpoint): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const timer = setTimeout(() => finish({ failure: 'timeout' }), timeLimitMilliseconds);
    const resend = setInterval(() => socket.send('?'), resendMilliseconds);
    const finish = (outcome: Outcome) => {
      clearTimeout(timer);
      clearInterval(resend);
      socket.close();
      resolve(outcome);
    };
    socket.on('message', (message) => finish(outcomeOf(message.toString('latin1'))));
    socket.on('error', (error: NodeJS.ErrnoException) => finish({ failure: error.code ?? error.message }));
    // Connected, so that a refusal comes back as an error.
    socket.connect(port, address, () => socket.send('?'));
  });
}
