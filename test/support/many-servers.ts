/** A device of its own for many virtual servers: a veth(4) pair that leads nowhere. */
export const bigDevice = 'big0';
export const makeBigDevice = [
  `ip link add ${bigDevice} type veth peer name big1`,
  `ip link set ${bigDevice} up`,
  'ip link set big1 up',
];

export interface ManyServers {
  readonly virtualServers: number;
  /** Of each virtual server. */
  readonly realServers: number;
}

interface VirtualServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly realServers: readonly string[];
}

/** On ten addresses, a port each. */
function manyServers({ virtualServers, realServers }: ManyServers): VirtualServer[] {
  return Array.from({ length: virtualServers }, (_, index) => ({
    name: `s${index}`,
    address: `10.0.0.${(index % 10) + 1}`,
    port: 1000 + Math.floor(index / 10),
    realServers: Array.from({ length: realServers }, (__, real) => {
      const number = index * realServers + real;
      return `192.168.${Math.floor(number / 250)}.${(number % 250) + 1}`;
    }),
  }));
}

/** The lvs.yaml of them, a line for each real server. */
export function manyServersFile(size: ManyServers): string {
  const servers = manyServers(size).map(({ name, address, port, realServers }) =>
    [
      `  ${name}:`,
      `    address: tcp://${address}:${port}`,
      '    real-servers:',
      ...realServers.map((real) => `      - ${real}`),
    ].join('\n'),
  );
  return `public: { device: ${bigDevice} }\nvirtual-servers:\n${servers.join('\n')}\n`;
}

/** The same for `ipvsadm -R`. */
export function manyServersRules(size: ManyServers): string {
  const lines = manyServers(size).flatMap(({ address, port, realServers }) => [
    `-A -t ${address}:${port} -s wlc`,
    ...realServers.map((real) => `-a -t ${address}:${port} -r ${real}:${port} -m -w 1`),
  ]);
  return `${lines.join('\n')}\n`;
}

/** The same for keepalived, without checks. */
export function manyServersKeepalived(size: ManyServers): string {
  const servers = manyServers(size).map(({ address, port, realServers }) =>
    [
      `virtual_server ${address} ${port} {`,
      '  lvs_sched wlc\n  lvs_method NAT\n  protocol TCP',
      ...realServers.map((real) => `  real_server ${real} ${port} {\n    weight 1\n  }`),
      '}',
    ].join('\n'),
  );
  return `global_defs {\n  router_id bench\n}\n${servers.join('\n')}\n`;
}

/** The same for ldirectord, whose checks find everything up. */
export function manyServersLdirectord(size: ManyServers): string {
  const servers = manyServers(size).map(({ address, port, realServers }) =>
    [
      `virtual=${address}:${port}`,
      '\tscheduler=wlc\n\tprotocol=tcp\n\tchecktype=on',
      ...realServers.map((real) => `\treal=${real}:${port} masq 1`),
    ].join('\n'),
  );
  return `autoreload=no\n${servers.join('\n')}\n`;
}
