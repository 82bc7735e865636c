import type { RehearsalCluster } from '../../../src/rehearsal/cluster/rehearsal-cluster.ts';

/** Puts the client as far away as this round trip, in milliseconds. */
export async function setLatency({ client, topology }: RehearsalCluster, milliseconds: number): Promise<void> {
  for (const { device } of topology.client.interfaces) {
    const words = ['tc', 'qdisc', 'replace', 'dev', device, 'root', 'netem', 'delay', `${milliseconds}ms`];
    const { status, stderr } = await client.run([...words, 'limit', '10000']);
    if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  }
}

/** Puts the client beside the routers again. */
export async function clearLatency({ client, topology }: RehearsalCluster): Promise<void> {
  for (const { device } of topology.client.interfaces) await client.run(['tc', 'qdisc', 'del', 'dev', device, 'root']);
}
