import type { Running } from '../../../src/rehearsal/cluster/process.ts';
import type { TestHost } from './cluster.ts';
import { untilSays } from './until.ts';

/** A client's connection to 1.2.3.1:80, over which dots come until it is closed. */
export interface Held {
  close(): Promise<void>;
  /** Whether dots still come. */
  isAlive(): Promise<boolean>;
}

/** Opens connections one after the other, and returns when dots come over all of them. */
export async function holdConnections(client: TestHost, number: number): Promise<Held[]> {
  const held: Held[] = [];
  for (let opened = 0; opened < number; opened++) held.push(await holdConnection(client));
  return held;
}

const script = String.raw`exec 3<>/dev/tcp/1.2.3.1/80; printf 'GET /stream HTTP/1.0\r\n\r\n' >&3; exec cat <&3`;

async function holdConnection(client: TestHost): Promise<Held> {
  const running: Running = await client.start(['bash', '-c', script]);
  await untilSays(running, '.');
  return {
    close: async () => {
      await client.signal(running, 'SIGTERM');
      await running.finished;
    },
    isAlive: async () => {
      const next = new Promise<boolean>((resolve) => running.stdout.once('data', () => resolve(true)));
      const none = new Promise<boolean>((resolve) => setTimeout(resolve, 2000, false));
      return Promise.race([next, none]);
    },
  };
}
