import { beforeAll, describe, expect, test } from 'vitest';
import { useCluster } from './support/cluster.ts';
import { aliases, commandsOf, type ErrorDocument, expectConverged, lvsJson } from './support/lvs.ts';

const both = ['1.2.3.1/32 eth0:1', '192.168.1.254/32 eth1:1'];

describe('roles', () => {
  const cluster = useCluster();
  const { lvs1, lvs2 } = cluster;

  beforeAll(async () => {
    await cluster.reset();
  });

  test('nobody holds: the first router becomes active, both get the rules', async () => {
    const { document } = await lvsJson(lvs2, 'apply');
    expect(document.routers.map(({ name, role }) => `${name} ${role}`)).toEqual(['lvs1 active', 'lvs2 backup']);
    expect(await aliases(lvs1)).toEqual(both);
    expect(await aliases(lvs2)).toEqual([]);
    expect(await lvs2.output('ipvsadm -Sn')).toBe(await lvs1.output('ipvsadm -Sn'));
  });

  test('the backup holds: apply does not fail back by preference', async () => {
    await lvs1.output('lvs failover --yes');
    await expectConverged(lvs1);
    expect(await aliases(lvs2)).toEqual(both);
  });

  test('both hold: apply touches rules only, says so, and a failover resolves it', async () => {
    await lvs1.output('ip addr add 1.2.3.1/32 dev eth0 label eth0:1 && ipvsadm -d -t 1.2.3.1:80 -r 192.168.1.3:80');
    const { status, document } = await lvsJson<ErrorDocument>(lvs1, 'apply --yes');
    expect(status).toBe(4);
    expect(document.error).toMatchObject({
      code: 'role-conflict',
      hint: 'say which is to be active: "lvs failover --to lvs1" or "lvs failover --to lvs2"',
    });
    expect(commandsOf(document)).toEqual({ lvs1: ['ipvsadm -a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 1'] });
    expect(await aliases(lvs1)).toEqual(['1.2.3.1/32 eth0:1']);
    expect(await aliases(lvs2)).toEqual(both);

    expect((await lvs1.run('lvs failover --yes')).status).toBe(4);
    await lvs1.output('lvs failover --to lvs1 --yes');
    expect(await aliases(lvs1)).toEqual(both);
    expect(await aliases(lvs2)).toEqual([]);
  });

  test('the virtual server here, the NAT router there: the same', async () => {
    await lvs1.output('ip addr del 192.168.1.254/32 dev eth1');
    await lvs2.output('ip addr add 192.168.1.254/32 dev eth1 label eth1:1');
    const status = await lvs1.run('lvs status --check');
    expect(status.status).toBe(1);
    expect(status.stdout).toContain('! lvs1 and lvs2 both have floating addresses');
    expect((await lvs1.run('lvs apply --yes')).status).toBe(4);
    expect(await aliases(lvs2)).toEqual(['192.168.1.254/32 eth1:1']);
    await lvs2.output('lvs failover --to lvs1 --yes');
    expect(await aliases(lvs1)).toEqual(both);
    expect(await aliases(lvs2)).toEqual([]);
  });

  test('an address of a disabled virtual server: the same, and it goes', async () => {
    const former = await lvs1.read('/etc/lvs/lvs.yaml');
    await lvs1.write('/etc/lvs/lvs.yaml', `${former}  b: { address: "tcp://1.2.3.5:80", state: disabled }\n`);
    await lvs2.output('ip addr add 1.2.3.5/32 dev eth0 label eth0:5');
    expect((await lvs1.run('lvs apply --yes')).status).toBe(4);
    expect((await lvs1.run('lvs vip remove b --yes')).stderr).toContain('1.2.3.5 cannot be withdrawn');
    await lvs1.output('lvs failover --to lvs1 --yes');
    expect(await aliases(lvs1)).toEqual(both);
    expect(await aliases(lvs2)).toEqual([]);
    await lvs1.output('lvs vip remove b --yes');
    await expectConverged(lvs1);
  });

  test('a peer out of reach: refused, naming --on, which changes one router alone and enables nothing new', async () => {
    await cluster.stopSshd('lvs2');
    await lvs1.output('ipvsadm -d -t 1.2.3.1:80 -r 192.168.1.3:80 && ip addr del 192.168.1.254/32 dev eth1');
    const refused = await lvs1.run('lvs apply --yes');
    expect(refused.status).toBe(4);
    expect(refused.stderr).toMatch(/lvs2 cannot be reached: .*\n(.*\n)*.*--on lvs1/);
    expect(await lvs1.output('ipvsadm -Sn')).not.toContain('192.168.1.3');
    const diff = await lvsJson<ErrorDocument>(lvs1, 'diff');
    expect({ status: diff.status, code: diff.document.error.code }).toEqual({ status: 4, code: 'unreachable' });
    expect(diff.document.routers.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'lvs1 active',
      'lvs2 unreachable',
    ]);

    await lvs1.output('lvs apply --yes --on lvs1');
    expect(await lvs1.output('ipvsadm -Sn')).toContain('192.168.1.3');
    expect(await aliases(lvs1)).toEqual(['1.2.3.1/32 eth0:1']);
    await cluster.startSshd('lvs2');
    await lvs1.output('lvs apply --yes');
    expect(await aliases(lvs1)).toEqual(both);
  });

  test('a rival stops everything', async () => {
    await lvs2.write('/etc/keepalived/keepalived.conf', '# mine\n').catch(async () => {
      await lvs2.output('mkdir -p /etc/keepalived');
      await lvs2.write('/etc/keepalived/keepalived.conf', '# mine\n');
    });
    const { status, stderr } = await lvs1.run('lvs apply --yes');
    await lvs2.output('rm -r /etc/keepalived');
    expect({ status, stderr }).toEqual({
      status: 4,
      stderr: expect.stringContaining('/etc/keepalived/keepalived.conf'),
    });
  });
});
