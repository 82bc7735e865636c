import type { Running } from '../../../src/rehearsal/cluster/process.ts';
import type { TestHost } from './cluster.ts';
import { untilSays } from './until.ts';

/** An address that came to a host, or went. */
interface Event {
  /** As ip(8) writes it: all hosts have one clock. */
  readonly time: string;
  readonly host: string;
  readonly address: string;
  readonly came: boolean;
}

export interface AddressWatch {
  /** Ends it: which of these addresses no host held at some moment. Each was held by somebody in the beginning. */
  nobodyHeld(addresses: readonly string[]): Promise<string[]>;
  /** Ends it: from when to when an address had how many owners, in seconds of the hosts' clock. */
  owners(address: string): Promise<Spell[]>;
}

export interface Spell {
  readonly from: number;
  /** Infinity: it goes on. */
  readonly to: number;
  readonly owners: number;
}

/** An address that comes and goes at the end of each watch. */
export const watchMark = '127.0.0.102';

/** Watches the kernels of hosts for addresses that come and go. */
export async function watchAddresses(hosts: readonly TestHost[]): Promise<AddressWatch> {
  const watches = await Promise.all(hosts.map(startWatch));
  const stop = async () => {
    const events = (await Promise.all(watches.map((watch) => watch.stop()))).flat();
    return events.sort((a, b) => (a.time < b.time ? -1 : 1));
  };
  return {
    owners: async (address) => {
      const holders = new Set(watches.filter(({ held }) => held.has(address)).map(({ name }) => name));
      const spells: Spell[] = [];
      let from = 0;
      for (const event of (await stop()).filter((each) => each.address === address)) {
        const to = Date.parse(event.time) / 1000;
        spells.push({ from, to, owners: holders.size });
        if (event.came) holders.add(event.host);
        else holders.delete(event.host);
        from = to;
      }
      return [...spells, { from, to: Number.POSITIVE_INFINITY, owners: holders.size }];
    },
    nobodyHeld: async (addresses) => {
      const events = await stop();
      return addresses.filter((address) => {
        const holders = new Set(watches.filter(({ held }) => held.has(address)).map(({ name }) => name));
        return events.some((event) => {
          if (event.address !== address) return false;
          if (event.came) holders.add(event.host);
          else holders.delete(event.host);
          return holders.size === 0;
        });
      });
    },
  };
}

async function startWatch(host: TestHost): Promise<{ name: string; held: Set<string>; stop(): Promise<Event[]> }> {
  const running = await host.start('ip -ts -o monitor address');
  await seen(host, running, '127.0.0.101');
  const held = await host.output('ip -o addr show');
  return {
    name: host.name,
    held: new Set([...held.matchAll(/ inet6? ([^/ ]+)/g)].map(([, address = '']) => address)),
    stop: async () => {
      await seen(host, running, watchMark);
      await host.signal(running, 'SIGTERM');
      const { stdout } = await running.finished;
      return stdout.split('\n').flatMap((line) => eventOf(host.name, line) ?? []);
    },
  };
}

/** Waits until the watch has seen an address that means nothing. Before it is there it sees none, so that it comes repeatedly. */
async function seen(host: TestHost, running: Running, address: string): Promise<void> {
  let isSeen = false;
  const waiting = untilSays(running, address).finally(() => {
    isSeen = true;
  });
  while (!isSeen) {
    await host.run(`ip addr replace ${address}/32 dev lo`);
    await host.run(`ip addr del ${address}/32 dev lo`);
  }
  await waiting;
}

function eventOf(host: string, line: string): Event | null {
  const [, time, deleted, address] = /^\[(\S+)\] (Deleted )?.* inet6? ([^/ ]+)/.exec(line) ?? [];
  if (time === undefined || address === undefined) return null;
  return { time, host, address, came: deleted === undefined };
}
