import { shellWords } from '../../grammar/shell.ts';
import { familyOf } from '../../model/ip.ts';
import { doubtAbout, type Obstacle, obstacleTo, type Packet } from '../firewall/verdict.ts';
import type { Examination, Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { enabledServers, ownAddress, privateDevice, publicDevices, syncDevice } from './declared.ts';
import { findingOf, settingFinding, settingOf } from './setting.ts';

/** Somebody beyond every network that lvs.yaml knows. */
const somebody = { ipv4: '198.51.100.1', ipv6: '2001:db8:ffff::1' } as const;
const conntrack = 'net.ipv4.vs.conntrack';

/** Rules that throw away what the cluster lives on. */
export function firewallFindings(router: Examined, examination: Examination): Finding[] {
  if (router.firewall.length === 0) return [];
  const findings = [
    ...vrrpFindings(router, examination),
    ...sync(router, examination),
    ...requests(router, examination),
    ...forwarding(router, examination),
  ];
  return [...new Map(findings.map((finding) => [`${finding.id} ${finding.mend}`, finding])).values()];
}

/** What is needed of a router to tell what its firewall does. */
export type Filtered = Pick<Examined, 'name' | 'router' | 'desired' | 'state' | 'firewall'>;

interface Filters {
  readonly cluster: Examination['cluster'];
  readonly routers: readonly Filtered[];
}

/** Whether the routers' keepaliveds hear each other. */
export function vrrpFindings(router: Filtered, examination: Filters): Finding[] {
  const { cluster } = examination;
  const device = privateDevice(router, examination) ?? publicDevices(router)[0];
  if (cluster.failover.engine !== 'keepalived' || cluster.routers.length < 2 || device === undefined) return [];
  const common = { protocol: 'vrrp', destination: '224.0.0.18', state: 'new' } as const;
  return inAndOut(router, examination, device, common).map((found) =>
    blocked('firewall-vrrp', `the election of keepalived (VRRP, protocol 112) on ${device}`, found, {
      why: 'the routers do not hear each other: both become master and hold all addresses',
    }),
  );
}

function sync(router: Examined, examination: Examination): Finding[] {
  const device = syncDevice(router, examination);
  if (device === null || examination.cluster.routers.length < 2) return [];
  const common = { protocol: 'udp', destination: '224.0.0.81', destinationPort: 8848, state: 'new' } as const;
  return inAndOut(router, examination, device, common).map((found) =>
    blocked('firewall-sync', `the synchronisation (UDP port 8848) on ${device}`, found, {
      why: 'connections are not known to the other router: they break at a failover',
    }),
  );
}

interface Blocked {
  readonly packet: Packet;
  readonly obstacle: Obstacle;
  /** Whether a rule that cannot be understood may let it pass. */
  readonly isDoubtful?: boolean;
}

/** What comes from a peer, and what goes to it. */
function inAndOut(
  router: Filtered,
  { routers }: Filters,
  device: string,
  common: Omit<Packet, 'hook' | 'source'>,
): Blocked[] {
  const peers = routers.filter((each) => each !== router);
  const own = ownAddress(router, device, 'ipv4');
  const incoming = peers.flatMap((peer) => ownAddress(peer, device, 'ipv4') ?? []);
  const packets: Packet[] = [
    ...incoming.map((source): Packet => ({ ...common, hook: 'input', source, in: device })),
    ...(own === null ? [] : [{ ...common, hook: 'output', source: own, out: device } as const]),
  ];
  return [...barred(router, packets), ...doubted(router, packets)];
}

function doubted({ firewall }: Filtered, packets: readonly Packet[]): Blocked[] {
  return packets.flatMap((packet) => {
    const obstacle = doubtAbout(packet, firewall);
    return obstacle === null ? [] : [{ packet, obstacle, isDoubtful: true }];
  });
}

function barred({ firewall }: Filtered, packets: readonly Packet[]): Blocked[] {
  return packets.flatMap((packet) => {
    const obstacle = obstacleTo(packet, firewall);
    return obstacle === null ? [] : [{ packet, obstacle }];
  });
}

/** What clients send comes by the way in of packets for the router itself, before IPVS takes it. */
function requests(router: Examined, examination: Examination): Finding[] {
  return enabledServers(examination).flatMap(({ name, id, floating }) => {
    if (!('protocol' in id)) return [];
    const packets = floating.map((address): Packet => {
      const port = id.port === 0 ? {} : { destinationPort: id.port };
      const device = router.desired.floating.get(address)?.device;
      return {
        hook: 'input',
        protocol: id.protocol,
        source: somebody[familyOf(address)],
        destination: address,
        ...port,
        ...(device !== undefined && { in: device }),
        state: 'new',
      };
    });
    return barred(router, packets).map((found) =>
      blocked('firewall-clients', `what clients send to ${name}`, found, {
        why: `no client reaches ${name} by this router`,
      }),
    );
  });
}

/** From IPVS to a real server a packet goes out like the router's own; the reply comes by, and is only then rewritten. */
function forwarding(router: Examined, examination: Examination): Finding[] {
  const inside = privateDevice(router, examination);
  const tracked = settingOf(router, conntrack) === '1';
  return enabledServers(examination).flatMap(({ id, realServers, floating }) => {
    const protocol = 'protocol' in id ? id.protocol : 'tcp';
    const [first] = floating;
    const outside = router.desired.floating.get(first ?? '')?.device;
    return realServers
      .filter(({ forward }) => forward === 'masq')
      .flatMap(({ address, port }) => {
        const client = somebody[familyOf(address)];
        const there = { ...(inside !== null && { out: inside }), ...(port !== 0 && { destinationPort: port }) };
        const request: Packet = {
          hook: 'output',
          protocol,
          source: client,
          destination: address,
          ...there,
          state: tracked ? 'new' : 'untracked',
        };
        const reply: Packet = {
          hook: 'forward',
          protocol,
          source: address,
          destination: client,
          ...(port !== 0 && { sourcePort: port }),
          ...(inside !== null && { in: inside }),
          ...(outside !== undefined && { out: outside }),
          // Without having seen the request, connection tracking takes an answer of TCP for nonsense.
          state: tracked ? 'established' : protocol === 'tcp' ? 'invalid' : 'new',
        };
        return [
          ...barred(router, [request]).map((found) =>
            blocked('firewall-forwarding', 'what IPVS sends to real servers', found, {
              why: 'it never arrives there',
            }),
          ),
          ...barred(router, [reply]).map(({ obstacle, packet }) => aboutReply(router, obstacle, packet)),
        ];
      });
  });
}

function aboutReply(router: Examined, obstacle: Obstacle, packet: Packet): Finding {
  const passesTracked = obstacleTo({ ...packet, state: 'established' }, router.firewall) === null;
  if (passesTracked && settingOf(router, conntrack) === '0') {
    return settingFinding(router, [[conntrack, '1']], {
      id: 'stateful-firewall',
      severity: 'problem',
      what: `the firewall passes known connections only (${nameOf(obstacle)}), and ${conntrack} is 0`,
      why: 'connection tracking does not know the connections of IPVS: replies of the real servers are dropped',
    });
  }
  return blocked(
    'firewall-forwarding',
    'replies of the real servers',
    { obstacle, packet },
    {
      why: 'clients get no answer',
    },
  );
}

function nameOf({ tool, chain, rule }: Obstacle): string {
  const place = `${tool}, ${chain.table} ${chain.name}`;
  return rule === null ? `${place}, policy drop` : `${place}: ${short(rule.text)}`;
}

function short(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

function blocked(
  id: string,
  subject: string,
  { obstacle, packet, isDoubtful = false }: Blocked,
  { why }: { why: string },
): Finding {
  const direction = { input: 'in', output: 'out', forward: 'through', prerouting: 'in', postrouting: 'out' }[
    packet.hook
  ];
  const mend = shellWords(letIn(obstacle, packet));
  if (isDoubtful) {
    const what = `it is not known whether the firewall lets ${subject} ${direction} (${nameOf(obstacle)}, and rules before it that may accept it)`;
    return findingOf({ id, severity: 'note', what, why: `if it does not, ${why}`, mend });
  }
  const what = `the firewall does not let ${subject} ${direction} (${nameOf(obstacle)})`;
  return findingOf({ id, severity: 'problem', what, why, mend });
}

/** A rule before all others that lets such packets pass. */
function letIn({ tool, chain }: Obstacle, packet: Packet): string[] {
  const { protocol, destinationPort, sourcePort } = packet;
  const ports = [
    ...(destinationPort === undefined ? [] : ([['dport', destinationPort]] as const)),
    ...(sourcePort === undefined ? [] : ([['sport', sourcePort]] as const)),
  ];
  const devices = [
    ...(packet.in === undefined ? [] : ([['i', packet.in]] as const)),
    ...(packet.out === undefined ? [] : ([['o', packet.out]] as const)),
  ];
  if (tool === 'nft') {
    const match =
      ports.length === 0
        ? ['meta', 'l4proto', protocol]
        : ports.flatMap(([word, port]) => [protocol, word, String(port)]);
    const by = devices.flatMap(([letter, name]) => [`${letter}ifname`, name]);
    return ['nft', 'insert', 'rule', ...chain.table.split(' '), chain.name, ...by, ...match, 'accept'];
  }
  const program = familyOf(packet.destination) === 'ipv6' ? tool.replace('ip', 'ip6') : tool;
  return [
    program,
    ...(chain.table === 'filter' ? [] : ['-t', chain.table]),
    '-I',
    chain.name,
    ...devices.flatMap(([letter, name]) => [`-${letter}`, name]),
    '-p',
    protocol,
    ...ports.flatMap(([word, port]) => [`--${word}`, String(port)]),
    '-j',
    'ACCEPT',
  ];
}
