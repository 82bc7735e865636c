import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RehearsalReport } from '../../src/rehearsal/report.ts';
import { Sandbox } from './sandbox.ts';

/** One of each kind that survives a failover with `sync:`. */
const kinds = `routers:
  lvs1: { ssh: root@192.168.1.11 }
  lvs2: { ssh: root@192.168.1.12 }
public: { device: eth0 }
private: { device: eth1, nat-router: [192.168.1.254/32, "fd00::254"] }
sync: { device: eth1, id: 7 }
virtual-servers:
  web6: { address: "tcp://[2001:db8::1]:80", scheduler: rr, real-servers: ["fd00::2", "fd00::3"] }
  dns: { address: udp://1.2.3.1:53, scheduler: rr, real-servers: [192.168.1.2, 192.168.1.3] }
  sip: { address: udp://1.2.3.1:5060, scheduler: rr, persistent: 60, persistence-engine: sip, real-servers: [192.168.1.2, 192.168.1.3] }
  nets: { address: tcp://1.2.3.1:81, scheduler: rr, persistent: 60, netmask: 255.255.255.0, real-servers: [192.168.1.2, 192.168.1.3] }
  all: { address: tcp://1.2.3.2:0, scheduler: rr, persistent: 60, real-servers: [192.168.1.2, 192.168.1.3] }
  mark: { address: fwmark:7, floating: [1.2.3.3], scheduler: rr, real-servers: [192.168.1.2, 192.168.1.3] }
  direct: { address: tcp://1.2.3.4:80, scheduler: rr, forward: direct, real-servers: [192.168.1.2, 192.168.1.3] }
  ipip: { address: tcp://1.2.3.5:80, scheduler: rr, forward: tunnel, real-servers: [192.168.1.2, 192.168.1.3] }
  gue: { address: tcp://1.2.3.6:80, scheduler: rr, forward: tunnel, tunnel: { type: gue, port: 5555, checksum: remcsum }, real-servers: [192.168.1.2, 192.168.1.3] }
  gre6: { address: "tcp://[2001:db8::7]:80", scheduler: rr, forward: tunnel, tunnel: { type: gre, checksum: csum }, real-servers: ["fd00::2", "fd00::3"] }
  far: { address: tcp://5.6.7.8:80, device: eth2, scheduler: rr, real-servers: [192.168.1.2, 192.168.1.3] }
  near: { address: tcp://1.2.3.1:82, scheduler: rr, real-servers: [1.2.3.20] }
  sctp: { address: sctp://1.2.3.1:3868, scheduler: rr, real-servers: [192.168.1.2] }
`;

/** As keepalived has it: one router, one network for clients and real servers, tunnels from one family to the other. */
const keepalivedConf = `vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress { 10.0.0.10 }
}
virtual_server 10.0.0.10 80 {
  protocol TCP
  lb_algo rr
  lb_kind DR
  persistence_timeout 50
  real_server 10.0.0.2 80 { weight 1 }
  real_server 10.0.0.3 80 { weight 1 }
}
virtual_server 10.0.0.10 8080 {
  protocol TCP
  lb_algo wrr
  lb_kind NAT
  real_server 10.0.0.2 80 { weight 2 }
  real_server 10.0.0.3 80 { weight 1 }
}
virtual_server 10.0.0.10 53 {
  lb_algo rr
  lvs_method TUN type gue port 5555
  protocol UDP
  real_server 172.16.0.2 53 { weight 1 }
  real_server fd00::2 53 { weight 1 }
}
virtual_server 10.0.0.10 3868 {
  lb_algo rr
  lb_kind DR
  protocol SCTP
  real_server 10.0.0.2 3868 { weight 1 }
}
virtual_server fwmark 7 {
  lb_algo rr
  lb_kind DR
  real_server 10.0.0.2 0 { weight 1 }
  real_server 10.0.0.3 0 { weight 1 }
}
virtual_server 2001:db8::10 443 {
  protocol TCP
  lb_algo rr
  lb_kind TUN
  real_server 10.0.0.2 443 { weight 1 }
  real_server fd00::2 443 { weight 1 }
}
virtual_server 2001:db8::11 443 {
  protocol TCP
  lb_algo rr
  lvs_method TUN type gre
  real_server 10.0.0.2 443 { weight 1 }
  real_server fd00::2 443 { weight 1 }
}
`;
const timeout = 450_000;

let sandbox: Sandbox;

beforeAll(() => {
  sandbox = new Sandbox();
  writeFileSync(join(sandbox.folder, 'kinds.yaml'), kinds, { mode: 0o644 });
  writeFileSync(join(sandbox.folder, 'keepalived.conf'), keepalivedConf, { mode: 0o644 });
});

afterAll(() => sandbox.remove());

async function rehearse(file: string, input = ''): Promise<{ status: number | null; report: RehearsalReport }> {
  const child = sandbox.start(['lvsadm', 'rehearse', '--json', '--config', file]);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.end(input);
  const [stdout] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await ended, report: JSON.parse(stdout) as RehearsalReport };
}

/**
 * By name: how many of its requests were answered, by how many of its real servers, and whether by each about as often. Not
 * exactly, for a datagram from a port that an earlier one had goes where that one went.
 */
function answersOf({ virtualServers }: RehearsalReport): Record<string, string> {
  return Object.fromEntries(
    virtualServers.map(({ name, requests, answered, realServers }) => {
      const shares = realServers.map((real) => real.answered / real.weight);
      const by = shares.filter((share) => share > 0).length;
      const all = requests > 0 && answered === requests ? 'all' : `${answered} of ${requests}`;
      return [name, `${all}, by ${by}${Math.min(...shares) > 0.8 * Math.max(...shares) ? '' : ' unevenly'}`];
    }),
  );
}

describe.concurrent('lvs rehearse', () => {
  test(
    'takes every kind of virtual server, and fails over with it',
    async () => {
      const { status, report } = await rehearse('kinds.yaml');
      expect({ status, problems: report.problems }).toEqual({ status: 0, problems: [] });
      expect(answersOf(report)).toEqual({
        web6: 'all, by 2',
        dns: 'all, by 2',
        // Three calls, three clients of one network, and three clients.
        sip: 'all, by 2 unevenly',
        nets: 'all, by 1 unevenly',
        all: 'all, by 2 unevenly',
        mark: 'all, by 2',
        direct: 'all, by 2',
        ipip: 'all, by 2',
        gue: 'all, by 2',
        gre6: 'all, by 2',
        far: 'all, by 2',
        near: 'all, by 1',
        sctp: 'all, by 1',
      });
      const callers = report.virtualServers.find(({ name }) => name === 'all')?.callers ?? [];
      expect(callers.map(({ answeredBy }) => answeredBy.length)).toEqual([1, 1, 1]);
      const setUp = new Map(report.setUp.map(({ host, commands }) => [host, commands]));
      expect(setUp.get('lvs2')).toContain(
        'iptables-legacy -w -t mangle -A PREROUTING -d 1.2.3.3 -p tcp -j MARK --set-mark 7',
      );
      expect(setUp.get('rs3')).toEqual(
        expect.arrayContaining(['ip addr add 1.2.3.4/32 dev lo', 'ip fou add port 5555 gue']),
      );
      expect(report.failovers).toHaveLength(2);
      for (const { underTraffic, lost, silent, persistence, traffic } of report.failovers) {
        expect(underTraffic).toEqual(expect.arrayContaining(['direct', 'ipip', 'gue', 'gre6', 'mark', 'web6', 'dns']));
        expect({ lost, silent, failed: traffic.failed }).toEqual({ lost: [], silent: [], failed: {} });
        expect(persistence).toEqual(['sip', 'nets', 'all'].map((name) => ({ name, kept: true })));
      }
    },
    timeout,
  );

  test(
    'takes what is imported from keepalived, through a pipe',
    async () => {
      const imported = sandbox.run(['lvsadm', 'import', 'keepalived', 'keepalived.conf']);
      expect(imported.status).toBe(0);
      const { status, report } = await rehearse('-', imported.stdout);
      expect({ status, problems: report.problems }).toEqual({ status: 0, problems: [] });
      expect(answersOf(report)).toEqual({
        'tcp-10.0.0.10-80': 'all, by 2 unevenly',
        'tcp-10.0.0.10-8080': 'all, by 2',
        'udp-10.0.0.10-53': 'all, by 2',
        'sctp-10.0.0.10-3868': 'all, by 1',
        'fwmark-7': 'all, by 2',
        'tcp-2001-db8--10-443': 'all, by 2',
        'tcp-2001-db8--11-443': 'all, by 2',
      });
      expect(report.virtualServers.flatMap(({ notTried }) => notTried ?? [])).toEqual([]);
    },
    timeout,
  );
});
