import { netmaskText } from '../../grammar/netmask.ts';
import type { Cluster, DeclaredRealServer, DeclaredVirtualServer } from '../../model/cluster.ts';
import { familyOf } from '../../model/ip.ts';
import type { Tunnel, VirtualServerId } from '../../model/state.ts';
import { block } from '../../plan/election/instance.ts';
import { lostDrains } from '../losses.ts';
import type { Warnings } from '../warnings.ts';
import { canCheck, checkLines, paceLines } from './write-check.ts';

/** Every virtual server with a group of its own, which carries its name. */
export function virtualServerLines({ virtualServers }: Cluster, warnings: Warnings): string[][] {
  return virtualServers.filter((server) => isWritable(server, warnings)).map((server) => written(server, warnings));
}

function isWritable({ name, enabled, realServers }: DeclaredVirtualServer, warnings: Warnings): boolean {
  const lost = (what: string, means: string) => {
    warnings.add(null, what === '' ? name : `${name}: ${what}`, means);
    return false;
  };
  if (!enabled) return lost('state: disabled', 'not written: keepalived would put it in the kernel');
  if (realServers.length === 0) return lost('', 'not written: keepalived has no virtual servers without real servers');
  if (realServers.every(({ weight, drain }) => drain || weight === 0)) {
    return lost('', 'not written: keepalived has no virtual servers whose real servers all have weight 0');
  }
  return true;
}

function written(server: DeclaredVirtualServer, warnings: Warnings): string[] {
  const { name, id, scheduler, flags, sorryServer, realServers, load, slowStart, whenAllFail, check } = server;
  lostDrains(name, realServers, warnings);
  if (load !== null) warnings.add(null, `${name}: load`, 'weights stay as stated');
  if (slowStart !== null)
    warnings.add(null, `${name}: slow-start`, 'a real server that is back has its whole weight at once');
  if (whenAllFail === 'open')
    warnings.add(null, `${name}: when-all-fail: open`, 'when all real servers are down, none is used');
  const checked = canCheck(server, warnings) ? server : { ...server, check: null };
  const [forward = null] = realServers;
  return [
    ...block(`virtual_server_group ${name}`, [entry(id)]),
    ...block(`virtual_server group ${name}`, [
      ...paceLines(checked.check),
      `lvs_sched ${scheduler}`,
      ...flags,
      ...(server.onePacket ? ['ops'] : []),
      ...(forward === null ? [] : [`lvs_method ${methodOf(forward)}`]),
      ...persistence(server),
      ...('protocol' in id
        ? [`protocol ${id.protocol.toUpperCase()}`]
        : [`ip_family ${id.family === 'ipv6' ? 'inet6' : 'inet'}`]),
      ...(check !== null && server.onFailure === 'quiesce' ? ['inhibit_on_failure'] : []),
      ...(sorryServer === null ? [] : [`sorry_server ${endpoint(sorryServer)}`]),
      ...realServers.flatMap((real) => realServer(real, forward, checkLines(checked))),
    ]),
  ];
}

function entry(id: VirtualServerId): string {
  return 'fwmark' in id ? `fwmark ${id.fwmark}${id.family === 'ipv6' ? ' inet6' : ' inet'}` : endpoint(id);
}

function endpoint({ address, port }: { readonly address: string; readonly port: number }): string {
  return port === 0 ? address : `${address} ${port}`;
}

function persistence({ id, persistent, netmask, persistenceEngine }: DeclaredVirtualServer): string[] {
  if (persistent === null) return [];
  const family = 'address' in id ? familyOf(id.address) : id.family;
  return [
    ...(persistenceEngine === null ? [] : [`persistence_engine ${persistenceEngine}`]),
    `persistence_timeout ${persistent}`,
    ...(netmask === null ? [] : [`persistence_granularity ${netmaskText(netmask, family)}`]),
  ];
}

function realServer(real: DeclaredRealServer, first: DeclaredRealServer | null, check: readonly string[]): string[] {
  const { weight, drain, upperThreshold, lowerThreshold } = real;
  const method = methodOf(real);
  return block(`real_server ${endpoint(real)}`, [
    `weight ${drain ? 0 : weight}`,
    ...(first !== null && method === methodOf(first) ? [] : [`lvs_method ${method}`]),
    ...(upperThreshold === 0 ? [] : [`uthreshold ${upperThreshold}`]),
    ...(lowerThreshold === 0 ? [] : [`lthreshold ${lowerThreshold}`]),
    ...check,
  ]);
}

function methodOf({ forward, tunnel }: Pick<DeclaredRealServer, 'forward' | 'tunnel'>): string {
  if (forward !== 'tunnel') return { masq: 'NAT', direct: 'DR' }[forward];
  return tunnel === null ? 'TUN' : `TUN ${tunnelWords(tunnel)}`.trimEnd();
}

function tunnelWords({ type, port, checksum }: Tunnel): string {
  if (type === 'ipip') return '';
  return `type ${type}${port === null ? '' : ` port ${port}`} ${checksum === 'none' ? 'nocsum' : checksum}`;
}
