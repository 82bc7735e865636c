import { parse } from 'yaml';

/** What a round does not change of its lvs.yaml. */
export interface Nature {
  /** Whether routers are reached over both networks. */
  readonly twoWays: boolean;
  /** Whether floating addresses are of both families. */
  readonly ipv6: boolean;
  /** Whether real servers are checked, and monitors run. */
  readonly checked: boolean;
}

export const plain: Nature = { twoWays: false, ipv6: false, checked: false };

/** What the world's lvs.yaml declares, as far as rounds change it. */
export interface Declared extends Nature {
  readonly engine: 'manual' | 'keepalived';
  /** By name. */
  readonly virtualServers: Readonly<Record<string, DeclaredServer>>;
}

export interface DeclaredServer {
  /** `1.2.3.1:80`, `[2001:db8::1]:80` */
  readonly address: string;
  readonly scheduler: string;
  /** By address. */
  readonly realServers: Readonly<Record<string, { readonly weight: number; readonly drained: boolean }>>;
}

const natRouters = { ipv4: '192.168.1.254', ipv6: 'fd00::254' } as const;

/** What each round begins with. Nothing listens at the real servers of `shop`. */
export function baseOf(engine: Declared['engine'], nature: Partial<Nature> = {}): Declared {
  const all = { ...plain, ...nature };
  const web = { '192.168.1.2': { weight: 2, drained: false }, '192.168.1.3': { weight: 1, drained: false } };
  const six = { 'fd00::2': { weight: 2, drained: false }, 'fd00::3': { weight: 1, drained: false } };
  return {
    engine,
    ...all,
    virtualServers: {
      web: { address: '1.2.3.1:80', scheduler: 'wrr', realServers: web },
      shop: { address: '1.2.3.2:443', scheduler: 'wlc', realServers: web },
      ...(all.ipv6 ? { six: { address: '[2001:db8::1]:80', scheduler: 'wrr', realServers: six } } : {}),
    },
  };
}

/** Fast enough to decide something within a round. */
const check = 'check: { tcp: true, interval: 0.5s, timeout: 0.4s, rise: 1, fall: 2 }';

/** The text of the lvs.yaml that declares it. */
export function fileOf({ engine, twoWays, ipv6, checked, virtualServers }: Declared): string {
  const servers = Object.entries(virtualServers).map(([name, { address, scheduler, realServers }]) => {
    const reals = Object.entries(realServers).map(
      ([real, { weight, drained }]) =>
        `      - { address: "${real}", weight: ${weight}${drained ? ', state: drain' : ''} }\n`,
    );
    const list = reals.length === 0 ? '' : `    real-servers:\n${reals.join('')}`;
    const checks = checked ? `    ${check}\n` : '';
    return `  ${name}:\n    address: tcp://${address}\n    scheduler: ${scheduler}\n${checks}${list}`;
  });
  const ways = (number: number) =>
    twoWays ? `[root@192.168.1.${number}, root@1.2.3.${number}]` : `root@192.168.1.${number}`;
  const natRouter = ipv6 ? `[${natRouters.ipv4}/32, "${natRouters.ipv6}/128"]` : `${natRouters.ipv4}/32`;
  return `routers:
  lvs1: { ssh: ${ways(11)} }
  lvs2: { ssh: ${ways(12)} }

public: { device: eth0, prefix: 32 }
private: { device: eth1, nat-router: ${natRouter}, label: eth1:1 }
sync: { device: eth1, id: 7 }
failover: { engine: ${engine}, advert-interval: 1 }

virtual-servers:
${servers.join('')}`;
}

interface FileForm {
  readonly routers?: Record<string, { readonly ssh: string | readonly string[] }>;
  readonly private?: { readonly 'nat-router'?: string | readonly string[] };
  readonly failover?: { readonly engine?: Declared['engine'] };
  readonly 'virtual-servers'?: Record<string, ServerForm> | null;
}

interface ServerForm {
  readonly address: string;
  readonly scheduler?: string;
  readonly check?: unknown;
  readonly 'real-servers'?: readonly (string | RealForm)[] | null;
}

interface RealForm {
  readonly address: string;
  readonly weight?: number;
  readonly state?: string;
}

/** What a file declares that lvs has edited meanwhile. Throws where it is no whole lvs.yaml. */
export function readDeclared(text: string): Declared {
  const form = parse(text) as FileForm;
  const { engine } = form.failover ?? {};
  if (engine === undefined) throw new SyntaxError('lvs.yaml is not whole');
  const servers = Object.entries(form['virtual-servers'] ?? {});
  return {
    engine,
    twoWays: typeof form.routers?.lvs1?.ssh === 'object',
    ipv6: typeof form.private?.['nat-router'] === 'object',
    checked: servers.some(([, server]) => server.check !== undefined),
    virtualServers: Object.fromEntries(servers.map(([name, server]) => [name, readServer(server)])),
  };
}

function readServer({ address, scheduler = 'wlc', 'real-servers': reals }: ServerForm): DeclaredServer {
  const realServers = (reals ?? []).map((real) => {
    const { address: plain, weight = 1, state } = typeof real === 'string' ? { address: real } : (real as RealForm);
    return [hostOf(plain), { weight, drained: state === 'drain' }] as const;
  });
  return {
    address: address.replace(/^tcp:\/\//, ''),
    scheduler,
    realServers: Object.fromEntries(realServers),
  };
}

/** Without port and brackets. */
function hostOf(address: string): string {
  const [, bracketed] = /^\[(.*)\]/.exec(address) ?? [];
  return bracketed ?? (/:.*:/.test(address) ? address : address.replace(/:\d+$/, ''));
}

/** The floating addresses that it declares, in order. */
export function floatingOf({ ipv6, virtualServers }: Declared): string[] {
  const own = Object.values(virtualServers).map(({ address }) => hostOf(address));
  return [...new Set([...own, natRouters.ipv4, ...(ipv6 ? [natRouters.ipv6] : [])])].sort();
}

/** The IPVS table that it declares, as the lines of `ipvsadm -Sn` in order. */
export function rulesOf({ virtualServers }: Declared): string[] {
  return Object.values(virtualServers)
    .flatMap(({ address, scheduler, realServers }) => {
      const port = address.replace(/^.*:/, '');
      const reals = Object.entries(realServers).map(([real, { weight, drained }]) => {
        const place = real.includes(':') ? `[${real}]:${port}` : `${real}:${port}`;
        return `-a -t ${address} -r ${place} -m -w ${drained ? 0 : weight}`;
      });
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
