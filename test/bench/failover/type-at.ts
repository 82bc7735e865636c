import type { RehearsalCluster } from '../../../src/rehearsal/cluster/rehearsal-cluster.ts';

/** Runs a command at a router, as words without blanks in them. Throws unless its status is 0. */
export async function typeAt(cluster: RehearsalCluster, router: string, line: string, input = ''): Promise<string> {
  const { status, stdout, stderr } = await cluster.host(router).run(line.split(' '), { input, timeLimitSeconds: 90 });
  if (status !== 0) throw new Error(`${router}: ${line}: status ${status}\n${stdout}${stderr}`);
  return stdout;
}
