import { addresses } from './network.ts';

/** An lvs.yaml of the pair. */
export function lvsYaml(engine: 'keepalived' | 'manual', more = ''): string {
  const { vip, nat, reals } = addresses;
  return `routers:
  lvs1: { ssh: root@${addresses.private(1)} }
  lvs2: { ssh: root@${addresses.private(2)} }
public: { device: eth0 }
private: { device: eth1, nat-router: ${nat}/32 }
sync: { device: eth1, id: 7 }
failover: { engine: ${engine} }
virtual-servers:
  web:
    address: tcp://${vip}:80
    scheduler: wrr
    real-servers: [${reals.join(', ')}]
  echo:
    address: tcp://${vip}:7000
    scheduler: rr
    real-servers: [${reals.join(', ')}]
${more}`;
}
