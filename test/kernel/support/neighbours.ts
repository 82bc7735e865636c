import type { TestHost } from './cluster.ts';
import { until } from './until.ts';

/** Whom a host takes for the holder of an address on its own network, by hardware address; null: it knows nobody. */
export async function knownAddress(host: TestHost, address: string): Promise<string | null> {
  const entries: { lladdr?: string }[] = JSON.parse((await host.output(`ip -j neigh show to ${address}`)) || '[]');
  return entries[0]?.lladdr ?? null;
}

export async function hardwareAddress(host: TestHost, device: string): Promise<string> {
  return (await host.read(`/sys/class/net/${device}/address`)).trim();
}

/** Has a host take somebody else for the holder of an address, until it hears better. */
export async function misinform(host: TestHost, address: string, lladdr: string): Promise<void> {
  // An announcement of before may come in between.
  await until(`${host.name} to take another for the owner`, async () => {
    await host.output(`ip neigh replace ${address} lladdr ${lladdr} nud stale dev eth0`);
    return (await knownAddress(host, address)) === lladdr;
  });
}
