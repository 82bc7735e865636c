import ipaddr from 'ipaddr.js';
import {
  type Destination,
  type DestinationKey,
  families,
  type IpvsTable,
  protocols,
  type Service,
  type ServiceKey,
} from './ipvs-table.ts';

export type Columns = 'connections' | 'thresholds' | 'stats' | 'rate';

/** `ipvsadm -Sn` */
export function savedRules(ipvs: IpvsTable): string {
  return inOrder(ipvs).map(rulesOf).join('');
}

/** `/proc/net/ip_vs`, in the kernel's own order. */
export function procTable(ipvs: IpvsTable): string {
  const titles = 'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n';
  return `${titles}  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n${ipvs.services().map(procBlock).join('')}`;
}

function procBlock(service: Service): string {
  const { fwmark, protocol, scheduler, persistent, onePacket, family } = service;
  const name = fwmark > 0 ? `FWM  ${hex(fwmark, 8)}` : `${protocol.toUpperCase()}  ${procSocket(service)}`;
  // The kernel forgets to say so of IPv6.
  const ops = onePacket && (fwmark > 0 || family === 'ipv4') ? 'ops ' : '';
  const heading = `${name} ${scheduler} ${ops}${persistent === null ? '' : `persistent ${persistent * 250} FFFFFFFF`}\n`;
  const rows = [...service.destinations.values()].map((destination) => {
    const method = { masq: 'Masq', direct: 'Route', tunnel: 'Tunnel' }[destination.forward];
    const counts = '0          0         ';
    return `  -> ${procSocket(destination)}      ${method.padEnd(7)} ${String(destination.weight).padEnd(6)} ${counts}\n`;
  });
  return heading + rows.join('');
}

function procSocket({ address, port }: DestinationKey): string {
  const bytes = ipaddr.parse(address).toByteArray();
  const text = bytes.map((byte) => hex(byte, 2)).join('');
  if (bytes.length === 4) return `${text}:${hex(port, 4)}`;
  return `[${text.toLowerCase().replace(/(....)(?!$)/g, '$1:')}]:${hex(port, 4)}`;
}

function hex(number: number, digits: number): string {
  return number.toString(16).toUpperCase().padStart(digits, '0');
}

/** `ipvsadm -Ln`, whole or of one service, with the columns asked for. All counters are 0: nothing is sent here. */
export function listing(ipvs: IpvsTable, columns: Columns, only: ServiceKey | null = null): string {
  const selected = only && ipvs.service(only);
  const services = selected ? [selected] : inOrder(ipvs);
  const version = selected ? '' : 'IP Virtual Server version 1.2.1 (size=4096)\n';
  return version + titles[columns] + services.map((service) => blockOf(service, columns)).join('');
}

const titles: Readonly<Record<Columns, string>> = {
  connections:
    'Prot LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n',
  thresholds:
    'Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn \n  -> RemoteAddress:Port\n',
  stats: 'Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes\n  -> RemoteAddress:Port\n',
  rate: 'Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS\n  -> RemoteAddress:Port\n',
};

const noTraffic = '        0'.repeat(5);

function rulesOf(service: Service): string {
  const { fwmark, family, protocol, scheduler, persistent, netmask, persistenceEngine, onePacket, flags } = service;
  const option = { mark: '-f', tcp: '-t', udp: '-u', sctp: '--sctp-service' }[protocol];
  const name = fwmark > 0 ? `-f ${fwmark | 0}${family === 'ipv6' ? ' -6' : ''}` : `${option} ${socket(service)}`;
  let rule = `-A ${name} -s ${scheduler}`;
  if (persistent !== null) rule += ` -p ${persistent}${isFull(netmask) ? '' : ` -M ${netmask}`}`;
  if (persistenceEngine !== '') rule += ` --pe ${persistenceEngine}`;
  if (onePacket) rule += ' -o';
  if (flags !== 0) rule += ` -b ${flagNames(service)}`;
  const destinations = inOrderOf(service).map((destination) => {
    const method = { masq: '-m', direct: '-g', tunnel: '-i' }[destination.forward];
    return `-a ${name} -r ${socket(destination)} ${method} -w ${destination.weight}${tunnelOptions(destination)}\n`;
  });
  return `${rule}\n${destinations.join('')}`;
}

function tunnelOptions({ forward, tunnelType, tunnelPort, tunnelChecksum }: Destination): string {
  if (forward !== 'tunnel') return '';
  const port = tunnelType === 'gue' ? ` --tun-port ${tunnelPort}` : '';
  const checksum = tunnelType === 'ipip' ? '' : ` --tun-${tunnelChecksum}`;
  return ` --tun-type ${tunnelType}${port}${checksum}`;
}

function blockOf(service: Service, columns: Columns): string {
  const { fwmark, family, protocol, scheduler, persistent, netmask, persistenceEngine, onePacket, flags } = service;
  const name =
    fwmark > 0
      ? `FWM  ${fwmark | 0}${family === 'ipv6' ? ' IPv6' : ''}`
      : `${protocol.toUpperCase().padEnd(4)} ${socket(service)}`;
  let heading = `${name} ${scheduler}`;
  if (flags !== 0) heading += ` (${flagNames(service)})`;
  if (persistent !== null) {
    heading += ` persistent ${persistent}${isFull(netmask) ? '' : ` mask ${netmask}`}`;
    if (persistenceEngine !== '') heading += ` pe ${persistenceEngine}`;
  }
  if (onePacket) heading += ' ops';
  if (columns === 'stats' || columns === 'rate') heading = name.padEnd(33) + noTraffic;
  const rows = inOrderOf(service).map(
    (destination) => `  -> ${socket(destination).padEnd(28)}${row(destination, columns)}\n`,
  );
  return `${heading}\n${rows.join('')}`;
}

function row(destination: Destination, columns: Columns): string {
  const { forward, weight, upperThreshold, lowerThreshold } = destination;
  const idle = '0          0         ';
  if (columns === 'stats' || columns === 'rate') return noTraffic;
  if (columns === 'thresholds') {
    return ` ${String(upperThreshold).padEnd(10)} ${String(lowerThreshold).padEnd(10)} ${idle}`;
  }
  const method = { masq: 'Masq', direct: 'Route', tunnel: 'Tunnel' }[forward];
  return ` ${method.padEnd(7)} ${String(weight).padEnd(6)} ${idle}`;
}

/** `flag-3` has no name under sh and mh. */
function flagNames({ scheduler, flags }: Service): string {
  const owned = scheduler === 'sh' || scheduler === 'mh';
  const names = owned ? [`${scheduler}-fallback`, `${scheduler}-port`] : ['flag-1', 'flag-2', 'flag-3'];
  return names.filter((_, bit) => flags & (1 << bit)).join();
}

function isFull(netmask: string): boolean {
  return netmask === '255.255.255.255' || netmask === '128';
}

function socket({ address, port }: DestinationKey): string {
  return address.includes(':') ? `[${inDottedForm(address)}]:${port}` : `${address}:${port}`;
}

/** An IPv4 address within an IPv6 one, as the C library prints it: `::ffff:1.2.3.4`. */
function inDottedForm(address: string): string {
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const octets = [high, low].flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  return `::ffff:${octets.join('.')}`;
}

function inOrder(ipvs: IpvsTable): Service[] {
  return ipvs
    .services()
    .sort(
      (a, b) =>
        (a.fwmark | 0) - (b.fwmark | 0) ||
        families[a.family] - families[b.family] ||
        protocols[a.protocol] - protocols[b.protocol] ||
        compareLikeIpvsadm(a.address, b.address) ||
        a.port - b.port,
    );
}

function inOrderOf({ destinations }: Service): Destination[] {
  return [...destinations.values()].sort((a, b) => compareLikeIpvsadm(a.address, b.address) || a.port - b.port);
}

/** ipvsadm subtracts addresses in 32 bits, word by word: those far apart come in the wrong order. */
function compareLikeIpvsadm(a: string, b: string): number {
  const left = wordsOf(a);
  for (const [index, word] of wordsOf(b).entries()) {
    const difference = ((left[index] ?? 0) - word) | 0;
    if (difference !== 0) return difference;
  }
  return 0;
}

function wordsOf(address: string): number[] {
  const bytes = ipaddr.parse(address).toByteArray();
  return [0, 4, 8, 12]
    .filter((start) => start < bytes.length)
    .map((start) => bytes.slice(start, start + 4).reduce((word, byte) => word * 256 + byte, 0));
}
