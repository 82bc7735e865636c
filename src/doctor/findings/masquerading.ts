import ipaddr from 'ipaddr.js';
import { familyOf } from '../../model/ip.ts';
import { isMasqueraded } from '../firewall/verdict.ts';
import type { Examination, Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { privateDevice, publicDevices, realServersOf } from './declared.ts';
import { findingOf } from './setting.ts';

/** Whether the real servers reach others by this router, of their own accord: IPVS does nothing for that. */
export function masqueradingFindings(router: Examined, examination: Examination): Finding[] {
  const inside = privateDevice(router, examination);
  const [outside] = publicDevices(router);
  if (
    inside === null ||
    outside === undefined ||
    outside === inside ||
    (examination.cluster.private?.natRouters.length ?? 0) === 0
  )
    return [];
  const hidden = realServersOf(examination)
    .map(({ address }) => address)
    .filter((address) => familyOf(address) === 'ipv4' && ipaddr.IPv4.parse(address).range() === 'private');
  const [first] = hidden;
  const packet = {
    hook: 'postrouting',
    protocol: 'tcp',
    destination: '198.51.100.1',
    destinationPort: 443,
    state: 'new',
  } as const;
  const lacking = hidden.find((source) => !isMasqueraded({ ...packet, source, out: outside }, router.firewall));
  if (first === undefined || lacking === undefined) return [];
  const network = networkOf(router, inside, lacking);
  const rule = ['-s', network, '-o', outside, '-j', 'MASQUERADE'].join(' ');
  const tools = router.firewall.map(({ tool }) => tool);
  const [tool = 'iptables'] = tools.filter((each) => each !== 'nft');
  return [
    findingOf({
      id: 'no-masquerading',
      severity: 'note',
      what: `what the real server ${lacking} sends to others of its own accord is not masqueraded on ${outside}`,
      why: 'its updates, names and mail find no way back; IPVS rewrites answers to clients only',
      mend: tools.includes('nft')
        ? `nft 'add table ip lvs-nat; add chain ip lvs-nat post { type nat hook postrouting priority 100; }; add rule ip lvs-nat post ip saddr ${network} oifname ${outside} masquerade'`
        : `${tool} -t nat -A POSTROUTING ${rule}`,
    }),
  ];
}

function networkOf({ state }: Examined, device: string, address: string): string {
  const own = state?.addresses.find(
    (held) =>
      held.device === device &&
      familyOf(held.address) === 'ipv4' &&
      held.prefix < 32 &&
      ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parse(held.address), held.prefix),
  );
  if (own === undefined) return address;
  return `${ipaddr.IPv4.networkAddressFromCIDR(`${own.address}/${own.prefix}`)}/${own.prefix}`;
}
