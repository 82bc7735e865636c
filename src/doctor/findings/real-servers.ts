import type { DeclaredRealServer } from '../../model/cluster.ts';
import { socketAddress } from '../../model/identity.ts';
import { familyOf } from '../../model/ip.ts';
import type { Family } from '../../model/state.ts';
import type { Connect, Examination, Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { floatingOf, holds, isUsable, privateDevice, realServersOf } from './declared.ts';
import { findingOf } from './setting.ts';
import { wireFindings } from './wire.ts';

/** Connections to try from a router: to each real server, and to each once more as if a client did. */
export function connectsToTry(
  router: Examined,
  examination: Examination,
): Pick<Connect, 'address' | 'port' | 'asClient'>[] {
  const tried = new Map<string, Pick<Connect, 'address' | 'port' | 'asClient'>>();
  for (const { address, port, forward } of realServersOf(examination)) {
    // A mark leaves the port open; nobody listens there, which is an answer, too.
    const plain = { address, port: port === 0 ? 80 : port, asClient: null };
    tried.set(socketAddress(address, plain.port), plain);
    const asClient = forward === 'masq' ? clientOf(router, examination, familyOf(address)) : null;
    if (asClient !== null) tried.set(`${address} as client`, { ...plain, asClient });
  }
  return [...tried.values()];
}

/** An address by which the real servers take the router for a client; null where their replies are not to come here. */
function clientOf(router: Examined, examination: Examination, family: Family): Connect['asClient'] {
  const device = privateDevice(router, examination);
  const floating = floatingOf(router).filter(({ address }) => familyOf(address) === family && holds(router, address));
  const gateway = floating.find(({ role }) => role === 'nat-router');
  const source = floating.find(({ role, device: other }) => role === 'virtual-server' && other !== device);
  if (device === null || gateway === undefined || source === undefined || !isUsable(router, device)) return null;
  return { source: source.address, device };
}

/** Real servers that do not answer, or whose answers go astray. */
export function realServerFindings(router: Examined, examination: Examination): Finding[] {
  const { connects } = router;
  if (connects === null) return [];
  const findings = new Map<string, Finding>();
  const contested = isContested(router, examination);
  for (const real of realServersOf(examination)) {
    const finding = unanswered(real, connects, router) ?? (contested ? null : astray(real, connects, router));
    if (finding !== null) findings.set(`${finding.id} ${finding.what}`, finding);
  }
  return [...findings.values()];
}

/** Where another machine has the addresses, too, replies come to either: that is no fault of the real servers. */
function isContested(router: Examined, examination: Examination): boolean {
  const isOwner = (each: Examined) => floatingOf(each).some(({ address }) => holds(each, address));
  return (
    examination.routers.filter(isOwner).length > 1 ||
    wireFindings(router, examination).some(({ id }) => id === 'duplicate-address')
  );
}

function unanswered(real: DeclaredRealServer, connects: readonly Connect[], router: Examined): Finding | null {
  const { address, port, forward } = real;
  const attempt = connects.find(
    (each) => each.address === address && each.asClient === null && [port, 80].includes(each.port),
  );
  if (attempt === undefined || attempt.result === 'open') return null;
  const neighbour = router.neighbours.get(address);
  const isGone = neighbour !== undefined && neighbour.mac === null;
  if (isGone || attempt.result === 'unreachable') {
    const where =
      neighbour === undefined ? 'there is no way to it' : `no machine answers for it on ${neighbour.device}`;
    return findingOf({
      id: 'real-server-gone',
      severity: 'problem',
      what: `the real server ${address} cannot be reached: ${where}`,
      why: 'what is sent to it is lost: clients wait until they give up',
      mend: `lvs real drain --all ${address}`,
    });
  }
  if (attempt.result === 'barred') return null;
  // What is forwarded without rewriting comes to the virtual server's address there, and not to this one.
  if (forward !== 'masq' || port === 0) return null;
  if (attempt.result === 'refused') {
    // To TCP nobody listens on behalf of other protocols.
    if (!isTcp(real, router)) return null;
    return findingOf({
      id: 'real-server-refuses',
      severity: 'warning',
      what: `nothing listens on ${socketAddress(address, port)}`,
      why: 'every connection that is sent there is refused',
      mend: `ssh root@${address} ss -ltn # and start the service, or "lvs real drain --all ${address}"`,
    });
  }
  return findingOf({
    id: 'real-server-silent',
    severity: 'warning',
    what: `the real server ${address} is there, and does not answer on port ${attempt.port}`,
    why: 'a firewall there may keep the router out, and clients with it',
    mend: `ssh root@${address} nft list ruleset # and let port ${attempt.port} in`,
  });
}

function isTcp(real: DeclaredRealServer, { desired }: Examined): boolean {
  return [...desired.virtualServers.values()].some(
    ({ id, realServers }) =>
      'protocol' in id &&
      id.protocol === 'tcp' &&
      [...realServers.values()].some(({ address, port }) => address === real.address && port === real.port),
  );
}

function astray({ address }: DeclaredRealServer, connects: readonly Connect[], router: Examined): Finding | null {
  const here = connects.find((each) => each.address === address && each.asClient === null);
  const asClient = connects.find((each) => each.address === address && each.asClient !== null);
  const answers = (attempt: Connect | undefined) => attempt?.result === 'open' || attempt?.result === 'refused';
  if (asClient === undefined || asClient.result === 'barred' || answers(asClient) || !answers(here)) return null;
  const family = familyOf(address);
  const gateway = floatingOf(router).find((each) => each.role === 'nat-router' && familyOf(each.address) === family);
  return findingOf({
    id: 'real-server-astray',
    severity: 'problem',
    what: `replies of the real server ${address} to other networks do not come back by ${gateway?.address}`,
    why: 'they reach clients with its own address, or not at all: its default route must be the NAT router address',
    mend: `ssh root@${address} ip ${family === 'ipv6' ? '-6 ' : ''}route replace default via ${gateway?.address}`,
  });
}
