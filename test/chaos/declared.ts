import { parse } from 'yaml';

/** What the world's lvs.yaml declares, as far as rounds change it. */
export interface Declared {
  readonly engine: 'manual' | 'keepalived';
  /** Whether routers are reached over both networks. */
  readonly twoWays: boolean;
  /** By name. */
  readonly virtualServers: Readonly<Record<string, DeclaredServer>>;
}

export interface DeclaredServer {
  /** `1.2.3.1:80` */
  readonly address: string;
  readonly scheduler: string;
  /** By address. */
  readonly realServers: Readonly<Record<string, { readonly weight: number; readonly drained: boolean }>>;
}

const natRouter = '192.168.1.254';

/** What each round begins with. */
export function baseOf(engine: Declared['engine'], twoWays = false): Declared {
  const web = { '192.168.1.2': { weight: 2, drained: false }, '192.168.1.3': { weight: 1, drained: false } };
  return {
    engine,
    twoWays,
    virtualServers: {
      web: { address: '1.2.3.1:80', scheduler: 'wrr', realServers: web },
      shop: { address: '1.2.3.2:443', scheduler: 'wlc', realServers: web },
    },
  };
}

/** The text of the lvs.yaml that declares it. */
export function fileOf({ engine, twoWays, virtualServers }: Declared): string {
  const servers = Object.entries(virtualServers).map(([name, { address, scheduler, realServers }]) => {
    const reals = Object.entries(realServers).map(
      ([real, { weight, drained }]) =>
        `      - { address: ${real}, weight: ${weight}${drained ? ', state: drain' : ''} }\n`,
    );
    const list = reals.length === 0 ? '' : `    real-servers:\n${reals.join('')}`;
    return `  ${name}:\n    address: tcp://${address}\n    scheduler: ${scheduler}\n${list}`;
  });
  const ways = (number: number) =>
    twoWays ? `[root@192.168.1.${number}, root@1.2.3.${number}]` : `root@192.168.1.${number}`;
  return `routers:
  lvs1: { ssh: ${ways(11)} }
  lvs2: { ssh: ${ways(12)} }

public: { device: eth0, prefix: 32 }
private: { device: eth1, nat-router: ${natRouter}/32, label: eth1:1 }
sync: { device: eth1, id: 7 }
failover: { engine: ${engine}, advert-interval: 0.3 }

virtual-servers:
${servers.join('')}`;
}

interface FileForm {
  readonly routers?: Record<string, { readonly ssh: string | readonly string[] }>;
  readonly failover?: { readonly engine?: Declared['engine'] };
  readonly 'virtual-servers'?: Record<string, ServerForm> | null;
}

interface ServerForm {
  readonly address: string;
  readonly scheduler?: string;
  readonly 'real-servers'?: readonly (string | RealForm)[] | null;
}

interface RealForm {
  readonly address: string;
  readonly weight?: number;
  readonly state?: string;
}

/** What a file declares that lvs has edited meanwhile. Throws where it is no whole lvs.yaml. */
export function readDeclared(text: string): Declared {
  const { routers, failover, 'virtual-servers': servers } = parse(text) as FileForm;
  if (failover?.engine === undefined) throw new SyntaxError('lvs.yaml is not whole');
  const entries = Object.entries(servers ?? {}).map(([name, server]) => [name, readServer(server)] as const);
  const twoWays = typeof routers?.lvs1?.ssh === 'object';
  return { engine: failover.engine, twoWays, virtualServers: Object.fromEntries(entries) };
}

function readServer({ address, scheduler = 'wlc', 'real-servers': reals }: ServerForm): DeclaredServer {
  const realServers = (reals ?? []).map((real) => {
    const { address: plain, weight = 1, state } = typeof real === 'string' ? { address: real } : (real as RealForm);
    return [plain.replace(/:\d+$/, ''), { weight, drained: state === 'drain' }] as const;
  });
  return {
    address: address.replace(/^tcp:\/\//, ''),
    scheduler,
    realServers: Object.fromEntries(realServers),
  };
}

/** The floating addresses that it declares, in order. */
export function floatingOf({ virtualServers }: Declared): string[] {
  const own = Object.values(virtualServers).map(({ address }) => address.replace(/:\d+$/, ''));
  return [...new Set([...own, natRouter])].sort();
}

/** The IPVS table that it declares, as the lines of `ipvsadm -Sn` in order. */
export function rulesOf({ virtualServers }: Declared): string[] {
  return Object.values(virtualServers)
    .flatMap(({ address, scheduler, realServers }) => {
      const port = address.replace(/^.*:/, '');
      const reals = Object.entries(realServers).map(
        ([real, { weight, drained }]) => `-a -t ${address} -r ${real}:${port} -m -w ${drained ? 0 : weight}`,
      );
      return [`-A -t ${address} -s ${scheduler}`, ...reals];
    })
    .sort();
}

/** Whether both declare the same. */
export function areSame(a: Declared, b: Declared): boolean {
  return sorted(a) === sorted(b);
}

function sorted({ engine, virtualServers }: Declared): string {
  const servers = Object.entries(virtualServers).map(([name, { address, scheduler, realServers }]) => [
    name,
    address,
    scheduler,
    Object.entries(realServers).sort(([a], [b]) => a.localeCompare(b)),
  ]);
  return JSON.stringify([engine, servers.sort(([a], [b]) => String(a).localeCompare(String(b)))]);
}
