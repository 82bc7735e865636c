import type { Examination, Examined, WireAnswer } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { holds, isUsable, realServersOf } from './declared.ts';
import { findingOf } from './setting.ts';

/** Who answers on the wire for floating addresses, and who should. */
export function wireFindings(router: Examined, examination: Examination): Finding[] {
  return router.wire.flatMap((answer) => findingAbout(answer, router, examination));
}

function findingAbout(answer: WireAnswer, router: Examined, examination: Examination): Finding[] {
  const { address, device, macs } = answer;
  if (macs === null || !isUsable(router, device)) return [];
  const holders = examination.routers.filter((each) => holds(each, address));
  const peers = holders.filter((each) => each !== router);
  // On a second device in the same network a router hears the first one answer: that is no other machine.
  const own = macsOf(router);
  const others = macs.filter((mac) => !own.has(mac));
  const known = new Set(peers.flatMap((peer) => [...macsOf(peer)]));
  const strangers = others.filter((mac) => !known.has(mac));
  // A router that was not looked at may well be the holder.
  const isPeerUnseen = examination.routers.length < examination.cluster.routers.length && holders.length === 0;
  const [stranger] = strangers;
  if (stranger !== undefined && !isPeerUnseen) return [duplicate(answer, stranger, router, examination)];
  const [holder] = peers;
  if (holder === undefined || holds(router, address) || others.length > 0) return [];
  const there = holder.desired.floating.get(address)?.device ?? device;
  return [
    findingOf({
      id: 'not-heard',
      severity: 'problem',
      what: `${holder.name} holds ${address}, and does not answer for it on ${device}`,
      why: 'it cannot be seen from here, nor perhaps by clients: the networks of the two are apart, or it keeps silent',
      mend: `ssh ${sshOf(holder)} ip -s link show ${there} # and see to the switch between the two`,
    }),
  ];
}

function sshOf({ router, name }: Examined): string {
  return router?.ssh[0] ?? name;
}

function macsOf({ devices }: Examined): Set<string> {
  return new Set([...devices.values()].flatMap(({ mac }) => mac?.toLowerCase() ?? []));
}

function duplicate({ address, device }: WireAnswer, mac: string, router: Examined, examination: Examination): Finding {
  const direct = realServersOf(examination).filter(({ forward }) => forward === 'direct');
  const real = direct.find((each) => router.neighbours.get(each.address)?.mac === mac);
  if (real !== undefined) {
    return findingOf({
      id: 'real-server-answers-arp',
      severity: 'problem',
      what: `the real server ${real.address} answers on ${device} for ${address}`,
      why: 'clients come to it directly, past this router: it has the address for direct routing, and must not tell',
      mend: `ssh root@${real.address} sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2`,
    });
  }
  const peer = examination.routers.find((each) => each !== router && macsOf(each).has(mac));
  if (peer !== undefined) {
    return findingOf({
      id: 'backup-answers-arp',
      severity: 'problem',
      what: `${peer.name} answers on ${device} for ${address}, which is not among its floating addresses`,
      why: 'clients come to it past the active router: as a real server for direct routing it must not answer',
      mend: `ssh ${sshOf(peer)} sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2`,
    });
  }
  return findingOf({
    id: 'duplicate-address',
    severity: 'problem',
    what: `another machine, ${mac}, answers on ${device} for ${address}`,
    why: 'clients come to whichever of the two answers first',
    mend: `ip neigh | grep -i ${mac} # find that machine by its MAC address, and remove ${address} there`,
  });
}
