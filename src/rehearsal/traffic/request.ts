import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import type { Caller, Endpoint } from '../topology/topology.ts';
import { sctpRequest } from './sctp.ts';

/** How one request ended: who answered, or why nobody did. */
export type Outcome = { readonly by: string } | { readonly failure: string };

const timeLimitMilliseconds = 5000;
/** Datagrams get lost; whoever uses them asks again. */
const resendMilliseconds = 1000;

/**
 * Sends one request over a new connection, or in one datagram. Never rejects.
 * @param caller who sends it; without one, whoever the kernel takes
 */
export function request(endpoint: Endpoint, caller?: Caller): Promise<Outcome> {
  switch (endpoint.protocol) {
    case 'tcp':
      return connection(endpoint, caller);
    case 'udp':
      return datagram(endpoint, caller);
    case 'sctp':
      return association(endpoint, caller);
  }
}

/** The answer is the stand-in's: its host, then the real server's address and port. */
function outcomeOf(answer: string): Outcome {
  const by = /(\S+)\s*$/.exec(answer)?.[1];
  return by === undefined ? { failure: 'closed' } : { by };
}

function connection({ address, port }: Endpoint, caller?: Caller): Promise<Outcome> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: address, port, ...(caller === undefined ? {} : { localAddress: caller.address }) });
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

function datagram({ address, port }: Endpoint, caller?: Caller): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const question = caller?.call == null ? '?' : sipQuestion(caller.call);
    const timer = setTimeout(() => finish({ failure: 'timeout' }), timeLimitMilliseconds);
    const resend = setInterval(() => socket.send(question), resendMilliseconds);
    const finish = (outcome: Outcome) => {
      clearTimeout(timer);
      clearInterval(resend);
      socket.close();
      resolve(outcome);
    };
    socket.on('message', (message) => finish(outcomeOf(message.toString('latin1'))));
    socket.on('error', (error: NodeJS.ErrnoException) => finish({ failure: error.code ?? error.message }));
    // Connected, so that a refusal comes back as an error, and only the virtual server's own address is heard.
    const ask = () => socket.connect(port, address, () => socket.send(question));
    if (caller === undefined) ask();
    else socket.bind({ address: caller.address, port: 0 }, ask);
  });
}

/** As much of SIP as the persistence engine reads. */
function sipQuestion(call: string): string {
  return `OPTIONS sip:rehearsal SIP/2.0\r\nCall-ID: ${call}\r\nContent-Length: 0\r\n\r\n`;
}

function association(endpoint: Endpoint, caller?: Caller): Promise<Outcome> {
  const any = endpoint.address.includes(':') ? '::' : '0.0.0.0';
  const [program = '', ...words] = sctpRequest(endpoint, caller?.address ?? any);
  return new Promise((resolve) => {
    execFile(program, words, { timeout: timeLimitMilliseconds }, (error, stdout, stderr) => {
      if (error === null) resolve(outcomeOf(stdout));
      else resolve({ failure: error.killed ? 'timeout' : stderr.trim() || error.message });
    });
  });
}
