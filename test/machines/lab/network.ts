import { start, succeed } from './process.ts';

/** The networks of one pair, in network namespaces of their own. */
export interface Network {
  /** Where the bridges and the machines' network cards are. */
  readonly hub: string;
  readonly client: string;
  readonly reals: readonly string[];
  remove(): Promise<void>;
}

export const bridges = ['public', 'private', 'control'] as const;

export const addresses = {
  vip: '10.1.0.50',
  nat: '192.168.1.254',
  client: '10.1.0.100',
  control: (number: number) => `10.9.0.1${number}`,
  public: (number: number) => `10.1.0.1${number}`,
  private: (number: number) => `192.168.1.1${number}`,
  reals: ['192.168.1.2', '192.168.1.3'],
} as const;

/** @param name that no other pair has, also of another run */
export async function makeNetwork(name: string): Promise<Network> {
  const hub = name;
  const client = `${name}-client`;
  const reals = addresses.reals.map((_, index) => `${name}-real${index + 1}`);
  const ip = (...words: string[]) => succeed(['ip', ...words]);
  const inHub = (...words: string[]) => ip('-n', hub, ...words);
  const remove = async () => {
    for (const each of [...reals, client, hub]) await start(['ip', 'netns', 'del', each]).ended;
  };

  async function attach(namespace: string, bridge: string, address: string): Promise<void> {
    await ip('netns', 'add', namespace);
    const port = `v-${namespace.slice(name.length + 1)}`;
    await inHub('link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', ...macOfHost(address), 'netns', namespace);
    await inHub('link', 'set', port, 'master', bridge, 'up');
    await ip('-n', namespace, 'addr', 'add', address, 'dev', 'eth0');
    for (const device of ['lo', 'eth0']) await ip('-n', namespace, 'link', 'set', device, 'up');
  }

  try {
    await ip('netns', 'add', hub);
    await inHub('link', 'set', 'lo', 'up');
    for (const bridge of bridges) {
      const kind = ['type', 'bridge', 'mcast_snooping', '0', 'forward_delay', '0', 'stp_state', '0'];
      await inHub('link', 'add', bridge, 'address', `02:00:00:00:00:0${bridges.indexOf(bridge)}`, ...kind);
      await inHub('link', 'set', bridge, 'up');
    }
    await inHub('addr', 'add', '10.9.0.1/24', 'dev', 'control');
    for (const number of [1, 2])
      for (const bridge of bridges) {
        await inHub('tuntap', 'add', cardOf(number, bridge), 'mode', 'tap');
        await inHub('link', 'set', cardOf(number, bridge), 'master', bridge, 'up');
      }
    await attach(client, 'public', `${addresses.client}/24`);
    for (const [index, real] of reals.entries()) {
      await attach(real, 'private', `${addresses.reals[index]}/24`);
      await ip('-n', real, 'route', 'add', 'default', 'via', addresses.nat);
    }
    return { hub, client, reals, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Always the same: a machine that goes on from a snapshot knows its neighbours by these. */
function macOfHost(address: string): string[] {
  const last = Number(address.split('/')[0]?.split('.')[3]);
  return ['address', `02:00:00:00:01:${last.toString(16).padStart(2, '0')}`];
}

/** The network card of a machine, as it is called outside. */
export function cardOf(number: number, bridge: (typeof bridges)[number]): string {
  return `tap${number}-${bridge}`;
}

export function macOf(number: number, bridge: (typeof bridges)[number]): string {
  return `52:54:00:00:0${number}:0${bridges.indexOf(bridge) + 1}`;
}
