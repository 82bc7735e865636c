import type { Running } from '../../../src/rehearsal/cluster/process.ts';
import type { TestHost } from './cluster.ts';
import { untilSays } from './until.ts';

/** A monitor under way on a router, and the lines that it has said. */
export interface TestMonitor {
  readonly running: Running;
  readonly lines: readonly string[];
  /** Ends it in order. */
  stop(): Promise<void>;
  /** As `kill -9` does. */
  kill(): Promise<void>;
}

/** @param prefix program and words that run it */
export async function startMonitor(router: TestHost, words = '', prefix = ''): Promise<TestMonitor> {
  const command = [prefix, 'lvs monitor', words].filter((part) => part !== '').join(' ');
  const running = await router.start(command, { timeLimitSeconds: 600 });
  let said = '';
  running.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await untilSays(running, 'configuration');
  const end = async (signal: NodeJS.Signals) => {
    await router.signal(running, signal);
    await running.finished;
  };
  return {
    running,
    get lines() {
      return said.split('\n').filter((line) => line !== '');
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** The weights in a router's kernel, by real server; of the one virtual server at 1.2.3.1:80. */
export async function weights(router: TestHost): Promise<Record<string, number>> {
  const rules = await router.output('ipvsadm -Sn');
  const found = [...rules.matchAll(/^-a -t 1\.2\.3\.1:80 -r (\S+) .*-w (\d+)/gm)];
  return Object.fromEntries(found.map(([, real, weight]) => [real, Number(weight)]));
}
