import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { monitorUnit } from '../../src/monitor/unit.ts';
import type { Running } from '../../src/rehearsal/cluster/process.ts';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { type TestHost, useCluster } from './support/cluster.ts';
import { startMonitor, type TestMonitor } from './support/monitor.ts';
import { startNginx, type WebServer } from './support/nginx.ts';
import { until, untilSays } from './support/until.ts';

const pace = 'interval: 500ms, timeout: 400ms, rise: 2, fall: 2';

const config = `${figureFile.slice(0, figureFile.indexOf('virtual-servers:'))}virtual-servers:
  removing:
    address: tcp://1.2.3.1:80
    check: { tcp: true, ${pace} }
    on-failure: remove
    sorry-server: 192.168.1.3:80
    real-servers: [192.168.1.2:8080]
  open:
    address: tcp://1.2.3.2:80
    check: { tcp: true, ${pace} }
    when-all-fail: open
    real-servers: [192.168.1.3:8080]
  program:
    address: tcp://1.2.3.3:80
    check: { exec: [/etc/lvs/check, "4"], dynamic: true, ${pace} }
    real-servers: [{ address: 192.168.1.3, weight: 10 }]
  name:
    address: udp://1.2.3.4:53
    check: { dns: www.example.org, ${pace} }
    real-servers: [192.168.1.2]
  secure:
    address: tcp://1.2.3.5:443
    check: { https: /, tls-name: www.example.org, ca: /etc/lvs/ca.pem, ${pace} }
    real-servers: [192.168.1.3:8443]
  loaded:
    address: tcp://1.2.3.6:80
    # An ssh session takes most of a second here, and more beside others.
    load: { ssh: uptime, interval: 3s }
    real-servers: [192.168.1.12]
`;

/** Answers any query with an address. */
const nameServer = `
const { decode, encode, AUTHORITATIVE_ANSWER } = require(${JSON.stringify(join(import.meta.dirname, '../../node_modules/dns-packet'))});
const socket = require('node:dgram').createSocket('udp4');
socket.on('message', (message, { port, address }) => {
  const { id, questions } = decode(message);
  const answers = [{ type: 'A', name: questions[0].name, ttl: 1, data: '192.0.2.1' }];
  socket.send(encode({ type: 'response', id, flags: AUTHORITATIVE_ANSWER, questions, answers }), port, address);
});
socket.bind(53, '192.168.1.2', () => console.log('ready'));
`;

const webServer = `
const { readFileSync } = require('node:fs');
const [key, cert] = ['key', 'cert'].map((name) => readFileSync('/run/secure/' + name + '.pem'));
require('node:https').createServer({ key, cert }, (_, response) => response.end()).listen(8443, '192.168.1.3', () => console.log('ready'));
`;

/** Says a weight to those who understand it, and what it was told, where nobody can miss it. */
const program = `#!/bin/sh
[ "$LVS_REAL_SERVER $LVS_VIRTUAL_SERVER" = '192.168.1.3:80 tcp://1.2.3.3:80' ] || { echo "told $LVS_REAL_SERVER" >&2; exit 1; }
[ ! -e /etc/lvs/sick ] || { echo 'it is sick' >&2; exit 1; }
exit $(($1 + 2))
`;

/** As the unit has it: nothing but the administration of the network. */
const bounded = 'setpriv --bounding-set=-all,+net_admin,+net_raw --no-new-privs';

describe('a monitor with every kind of check, and no more rights than its unit gives', () => {
  const cluster = useCluster();
  const { client, lvs1, rs1, rs2 } = cluster;
  const servers: Running[] = [];
  let nginx: WebServer;
  let monitor: TestMonitor;

  /** The weights of a virtual server's real servers in the kernel. */
  async function table(address: string): Promise<Record<string, number>> {
    const rules = await lvs1.output('ipvsadm -Sn');
    const lines = rules.split('\n').filter((line) => line.startsWith('-a ') && line.includes(` ${address} `));
    return Object.fromEntries(
      lines.map((line) => [/-r (\S+)/.exec(line)?.[1] ?? '', Number(/-w (\d+)/.exec(line)?.[1])]),
    );
  }

  const becomes = (address: string, wanted: Record<string, number>) =>
    until(`${address}: ${JSON.stringify(wanted)}`, async () => {
      return JSON.stringify(await table(address)) === JSON.stringify(wanted);
    });
  const told = (text: string) => until(text, async () => monitor.lines.some((line) => line.includes(text)));

  /** It is listened to from its first word on. */
  async function serve(host: TestHost, server: string): Promise<void> {
    const running = await host.start(['node', '-e', server], { timeLimitSeconds: 600 });
    servers.push(running);
    await untilSays(running, 'ready');
  }

  beforeAll(async () => {
    await cluster.reset(config);
    nginx = await startNginx(rs1, '192.168.1.2');
    await serve(rs1, nameServer);
    const subject = '-subj /CN=www.example.org -addext subjectAltName=DNS:www.example.org';
    await rs2.output(
      `mkdir -p /run/secure && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes ${subject} -keyout /run/secure/key.pem -out /run/secure/cert.pem 2>/dev/null`,
    );
    await serve(rs2, webServer);
    await lvs1.write('/etc/lvs/ca.pem', await rs2.read('/run/secure/cert.pem'));
    await lvs1.write('/etc/lvs/check', program);
    await lvs1.output('chmod 755 /etc/lvs/check');
    await lvs1.output('lvs apply --yes');
    monitor = await startMonitor(lvs1, '', bounded);
  });

  afterAll(async () => {
    await monitor.stop();
    for (const server of servers) server.kill();
    await nginx.stop();
  });

  test('it has the rights that its unit gives, and no others', async () => {
    expect(monitorUnit('/usr/bin/lvs')).toContain('CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW\n');
    let pid: string | undefined;
    await until('its decisions', async () => {
      pid = /"pid":\s*(\d+)/.exec((await lvs1.run('cat /run/lvs/monitor.json')).stdout)?.[1];
      return pid !== undefined;
    });
    // CAP_NET_ADMIN is bit 12, CAP_NET_RAW bit 13.
    expect(await lvs1.output(`grep CapEff /proc/${pid}/status`)).toMatch(/:\s*0*3000$/m);
  });

  test('what is up is found to be, over TCP, TLS and DNS, and a program says the weight', async () => {
    await becomes('1.2.3.3:80', { '192.168.1.3:80': 4 });
    for (const real of ['192.168.1.2:8080', '192.168.1.2:53', '192.168.1.3:8443'])
      await told(`-> ${real}: weight 1: check passed`);
    expect(await table('1.2.3.5:443')).toEqual({ '192.168.1.3:8443': 1 });
    expect(await table('1.2.3.4:53')).toEqual({ '192.168.1.2:53': 1 });
  });

  test('where all fail it stays open where that is declared', async () => {
    await told('-> 192.168.1.3:8080: weight 1: none is left, so as if it were up; check failed: connection refused');
    expect(await table('1.2.3.2:80')).toEqual({ '192.168.1.3:8080': 1 });
  });

  test('one that fails is removed, the sorry server stands in for it, and steps back', async () => {
    await nginx.stop();
    await becomes('1.2.3.1:80', { '192.168.1.3:80': 1 });
    expect(await client.requests(5)).toMatchObject({ answered: 5, shares: { '192.168.1.3:80': 5 } });
    expect((await lvs1.run('lvs diff --on lvs1')).stdout).not.toContain('1.2.3.1:80 ->');
    const { stdout } = await lvs1.run('lvs status');
    expect(stdout).toMatch(/192\.168\.1\.2:8080 +1 -> none +down .*removed, check failed: connection refused/);
    expect(stdout).toMatch(/192\.168\.1\.3:80 .*sorry/);
    nginx = await startNginx(rs1, '192.168.1.2');
    await becomes('1.2.3.1:80', { '192.168.1.2:8080': 1 });
    expect(await client.requests(5)).toMatchObject({ answered: 5, shares: { '192.168.1.2:8080': 5 } });
    await told('the sorry server steps back: a real server is back');
  });

  test('a program that fails, a name server that is gone, and a certificate for another', async () => {
    await lvs1.output('touch /etc/lvs/sick');
    servers[0]?.kill();
    await lvs1.write('/etc/lvs/lvs.yaml', config.replace('tls-name: www.example.org', 'tls-name: other.example.org'));
    await told('-> 192.168.1.3:80: weight 4 -> 0: check failed: exit status 1: it is sick');
    await told('-> 192.168.1.2:53: weight 1 -> 0: check failed:');
    await told('check failed: certificate is for www.example.org, not for other.example.org');
    await becomes('1.2.3.3:80', { '192.168.1.3:80': 0 });
    await becomes('1.2.3.5:443', { '192.168.1.3:8443': 0 });
    await lvs1.output('rm /etc/lvs/sick');
    await becomes('1.2.3.3:80', { '192.168.1.3:80': 4 });
  });

  test('certificates that cannot be read change nothing, and keep another monitor from beginning', async () => {
    await lvs1.write('/etc/lvs/lvs.yaml', config.replace('/etc/lvs/ca.pem', '/etc/lvs/none.pem'));
    await told('is not used, the one before goes on: secure: the certificates in /etc/lvs/none.pem cannot be used');
    await lvs1.write('/etc/lvs/lvs.yaml', config);
    await becomes('1.2.3.5:443', { '192.168.1.3:8443': 1 });
    await monitor.stop();
    await lvs1.write('/etc/lvs/bad.yaml', config.replace('/etc/lvs/ca.pem', '/etc/lvs/none.pem'));
    const refused = await lvs1.run('lvs monitor -c /etc/lvs/bad.yaml', { timeLimitSeconds: 20 });
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('/etc/lvs/none.pem') });
    monitor = await startMonitor(lvs1, '', bounded);
  });

  test('load averages come over ssh, and where they do not, that is said once, and nothing changes', async () => {
    const begin = monitor.lines.length;
    const since = () => monitor.lines.slice(begin).filter((line) => line.includes('192.168.1.12:80: its load'));
    await cluster.stopSshd('lvs2');
    await until('its load to be unknown', async () => since().length > 0);
    expect(await table('1.2.3.6:80')).toEqual({ '192.168.1.12:80': 100 });
    await cluster.startSshd('lvs2');
    await told('-> 192.168.1.12:80: it can be observed again');
    expect(since()).toHaveLength(1);
  });
});
