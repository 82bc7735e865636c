import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RehearsalCluster } from '../../../src/rehearsal/cluster/rehearsal-cluster.ts';
import { figureFile } from '../../../src/rehearsal/figure.ts';
import {
  makeBigDevice,
  manyServersFile,
  manyServersKeepalived,
  manyServersLdirectord,
  manyServersRules,
} from '../../support/many-servers.ts';
import type { Times } from './figures.ts';
import { findLdirectord } from './ldirectord.ts';

export interface ScaleOrder {
  /** The package's directory. */
  readonly root: string;
  /** Program and words. */
  readonly lvs: readonly string[];
  readonly rounds: number;
  /** A directory that the router sees, too. */
  readonly scratch: string;
  readonly say: (text: string) => void;
}

const realServers = 10;
const sizes = [
  { virtualServers: 1000, realServers },
  { virtualServers: 4000, realServers },
];

/** What measure.mjs measures on a router of the figure. */
export async function measureScale(
  cluster: RehearsalCluster,
  { root, lvs, rounds, scratch, say }: ScaleOrder,
): Promise<Times> {
  await cluster.reset(figureFile);
  const router = cluster.host('lvs1');
  await succeed(router.run(['lvs', 'apply', '--yes'], { timeLimitSeconds: 100 }));
  const places = await Promise.all(sizes.map((size) => writeAll(join(scratch, String(size.virtualServers)), size)));
  const small = await writeAll(join(scratch, 'small'), { virtualServers: 1, realServers });
  // ldirectord runs ipvsadm several times for each real server.
  const few = await writeAll(join(scratch, 'few'), { virtualServers: 10, realServers });
  const ldirectord = await findLdirectord(root);
  if (ldirectord === null) say('Without ldirectord, which is not there');
  const order = JSON.stringify({ lvs, rounds, small, few, sizes: places, makeDevice: makeBigDevice, ldirectord });
  const measuring = await router.start([process.execPath, join(root, 'test/bench/scale/measure.mjs'), order], {
    timeLimitSeconds: 2400,
  });
  measuring.stderr.on('data', (chunk: Buffer) => say(chunk.toString().trimEnd()));
  return JSON.parse((await succeed(measuring.finished)).stdout);
}

async function writeAll(directory: string, size: (typeof sizes)[number]) {
  await mkdir(directory);
  const write = async (name: string, content: string) => {
    await writeFile(join(directory, name), content);
    await chmod(join(directory, name), 0o644);
    return join(directory, name);
  };
  return {
    ...size,
    file: await write('lvs.yaml', manyServersFile(size)),
    rules: await write('rules', manyServersRules(size)),
    keepalived: await write('keepalived.conf', manyServersKeepalived(size)),
    ldirectord: await write('ldirectord.cf', manyServersLdirectord(size)),
  };
}

async function succeed<T extends { status: number | null; stdout: string; stderr: string }>(
  finished: Promise<T>,
): Promise<T> {
  const result = await finished;
  if (result.status !== 0) throw new Error(`exit status ${result.status}\n${result.stdout}${result.stderr}`);
  return result;
}
