import type { Running } from '../../../src/rehearsal/cluster/process.ts';
import type { TestHost } from './cluster.ts';
import { untilSays } from './until.ts';

/** A real server's agent, for HAProxy's agent-check, that says whatever it is told to. */
export interface TestAgent {
  /** From now on. */
  says(reply: Reply): void;
  stop(): void;
}

export type Reply =
  | { readonly line: string }
  /** Accepts, and says nothing. */
  | { readonly silence: true }
  /** So many bytes, and no end of a line. */
  | { readonly bytes: number };

const program = `
const { createServer } = require('node:net');
const { createInterface } = require('node:readline');
let reply = { silence: true };
createServer((socket) => {
  socket.on('error', () => {});
  if (reply.silence) return;
  if (reply.line !== undefined) return void socket.end(reply.line);
  const chunk = Buffer.alloc(65536, 'x');
  let left = reply.bytes;
  const more = () => {
    while (left > 0 && !socket.destroyed) { left -= chunk.length; if (!socket.write(chunk)) return void socket.once('drain', more); }
    socket.end();
  };
  more();
}).listen(3333, process.argv[1], () => console.log('ready'));
createInterface({ input: process.stdin }).on('line', (line) => { reply = JSON.parse(line); });
`;

export async function startAgent(host: TestHost, address: string): Promise<TestAgent> {
  const running: Running = await host.start(['node', '-e', program, address], { timeLimitSeconds: 600 });
  await untilSays(running, 'ready');
  return {
    says: (reply) => void running.stdin.write(`${JSON.stringify(reply)}\n`),
    stop: () => running.kill(),
  };
}
