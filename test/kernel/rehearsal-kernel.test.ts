import { beforeAll, describe, expect, test } from 'vitest';
import { useCluster } from './support/cluster.ts';

const rules = `-A -t 1.2.3.1:80 -s wrr
-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2
-a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 1
`;
const floatingAddresses = `addr add 1.2.3.1/32 dev eth0 label eth0:1
addr add 192.168.1.254/32 dev eth1 label eth1:1
`;

describe('the rehearsal kernel', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;

  beforeAll(async () => {
    await cluster.reset();
  });

  test('routers know each other by ssh, and check host keys', async () => {
    expect(await lvs1.output('ssh root@192.168.1.12 hostname')).toBe('lvs2\n');
    expect(await lvs2.output('ssh lvs1 hostname')).toBe('lvs1\n');
    await lvs1.output('cp /etc/ssh/ssh_known_hosts /tmp/known && sed -i /lvs2/d /etc/ssh/ssh_known_hosts');
    const stranger = await lvs1.run('ssh -o BatchMode=yes lvs2 hostname');
    await lvs1.output('cp /tmp/known /etc/ssh/ssh_known_hosts');
    expect(stranger.status).toBe(255);
    expect(stranger.stderr).toContain('Host key verification failed');
  });

  test('a router sees its own processes, files and name only', async () => {
    const running = await lvs2.start('sleep 54321');
    expect(await lvs2.output('pgrep -af 54321')).toContain('sleep 54321');
    expect((await lvs1.run('pgrep -f 54321')).status).toBe(1);
    await lvs2.signal(running, 'SIGTERM');
    expect((await running.finished).status).not.toBe(0);
    await lvs2.write('/etc/lvs/note', 'mine\n');
    expect(await lvs2.read('/etc/lvs/note')).toBe('mine\n');
    expect((await lvs1.run('test -e /etc/lvs/note')).status).toBe(1);
    expect(await lvs1.output('hostname')).toBe('lvs1\n');
  });

  test('IPVS shares out 300 requests by weight', async () => {
    await lvs1.output('ipvsadm -R', { input: rules });
    await lvs1.output('ip -batch -', { input: floatingAddresses });
    expect(await client.requests(300)).toEqual({
      answered: 300,
      failed: {},
      shares: { '192.168.1.2:80': 200, '192.168.1.3:80': 100 },
    });
  });

  test('a cut network is seen in the traffic, and can be mended', async () => {
    const traffic = await cluster.startTraffic({ streams: 4 });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await traffic.mark('cut');
    await cluster.cutNetwork('lvs1', 'eth1');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await cluster.mendNetwork('lvs1', 'eth1');
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const [before, cut] = await traffic.stop();
    expect(before).toMatchObject({ failed: {}, delayed: 0, streams: { open: 4, broken: 0 } });
    expect(cut?.delayed).toBeGreaterThan(50);
    expect(cut?.outage).toBeGreaterThan(900);
    expect(cut?.streams.broken).toBe(0);
  });

  test('a router that lost its power has forgotten its rules and addresses, not its files', async () => {
    await lvs1.write('/etc/lvs/note', 'kept\n');
    await cluster.killRouter('lvs1');
    expect((await lvs2.run('ssh -o ConnectTimeout=1 lvs1 true')).status).toBe(255);
    await cluster.restartRouter('lvs1');
    expect(await lvs1.read('/etc/lvs/note')).toBe('kept\n');
    expect(await lvs1.output('ipvsadm -Sn')).toBe('');
    expect(await lvs1.output('ip addr')).not.toContain('1.2.3.1/32');
  });

  test('a reset installs the routers anew', async () => {
    await lvs2.output('ipvsadm -R', { input: rules });
    await cluster.reset('# nothing\n');
    expect(await lvs2.output('ipvsadm -Sn')).toBe('');
    expect(await lvs2.read('/etc/lvs/lvs.yaml')).toBe('# nothing\n');
    expect((await lvs1.run('test -e /etc/lvs/note')).status).toBe(1);
    expect(await lvs2.output('ssh lvs1 hostname')).toBe('lvs1\n');
  });
});
