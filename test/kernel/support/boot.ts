import type { Finished, Running } from '../../../src/rehearsal/cluster/process.ts';
import type { TestHost } from './cluster.ts';

/** As the unit says it: what stands behind ExecStart. */
async function commandOf(host: TestHost, unit: string): Promise<string[]> {
  const text = await host.read(`/etc/systemd/system/${unit}.service`);
  return (/^ExecStart=(.*)$/m.exec(text)?.[1] ?? '').split(' ');
}

/** What comes before anything else. */
export async function boot(host: TestHost): Promise<Finished> {
  return host.run(await commandOf(host, 'lvs-boot'));
}

/** A router that claims addresses in the background, and looks again afterwards. */
export interface Claim {
  readonly running: Running;
  /** What it has said so far. */
  said(): string;
}

export async function claim(host: TestHost): Promise<Claim> {
  const running = await host.start(await commandOf(host, 'lvs-claim'), { timeLimitSeconds: 300 });
  let said = '';
  const listen = (chunk: Buffer) => {
    said += chunk.toString();
  };
  running.stdout.on('data', listen);
  running.stderr.on('data', listen);
  return { running, said: () => said };
}
