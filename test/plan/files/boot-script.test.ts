import { afterEach, describe, expect, it } from 'vitest';
import { BootRouter } from './support/boot-router.ts';

const claims = 'claim 192.168.1.254 32 eth1 eth1:1\nclaim 1.2.3.1 32 eth0\n';
const claimsIpv6 = 'claim fd00::254 128 eth1\nclaim 2001:db8::1 128 eth0\n';
const times = 'carriers 60\nwait 0\n';
const both = ['192.168.1.254 eth1', '1.2.3.1 eth0'];
const bothIpv6 = ['fd00::254 eth1', '2001:db8::1 eth0'];

let router: BootRouter;

async function booting(conf: string, files: Record<string, string> = {}): Promise<BootRouter> {
  router = await BootRouter.create(conf);
  for (const [path, content] of Object.entries(files)) await router.write(path, content);
  return router;
}

const claim = async (conf: string, files: Record<string, string> = {}) => {
  const booted = await booting(conf, files);
  await booted.load();
  return booted.run('claim');
};

afterEach(() => router.remove());

describe('what is loaded', () => {
  const conf = 'setting net.ipv4.vs.sync_threshold 0 1\ntimeouts 900 0 300\ndaemon --start-daemon master --syncid 7\n';

  it('are settings, timeouts, rules and daemons, and no address', async () => {
    const { status, said, log, held } = await (await booting(conf + claims + times)).run();
    expect({ status, said, held }).toEqual({ status: 0, said: '', held: [] });
    expect(log.filter((line) => !/-Sn|--daemon/.test(line))).toEqual([
      'modprobe -q ip_vs',
      'sysctl -q -w net.ipv4.vs.sync_threshold=0 1',
      'ipvsadm --set 900 0 300',
      'ipvsadm -R',
      'ipvsadm --start-daemon master --syncid 7',
    ]);
  });

  it('leaves rules alone that are there', async () => {
    const { status, log } = await (await booting(conf, { rules: '-A -t 9.9.9.9:9 -s rr\n' })).run();
    expect(status).toBe(0);
    expect(log).not.toContain('ipvsadm -R');
  });

  it.each([
    ['that fail keep an election from this router', '-A -s nonsense\n', { status: 1, hold: '1\n' }],
    ['that succeed leave an election alone', '', { status: 0, hold: '' }],
  ])('rules %s', async (_, rules, expected) => {
    const here = await booting('election /run/hold\n', { 'boot.rules': rules });
    const { status } = await here.run();
    expect({ status, hold: await here.read('run/hold') }).toEqual(expected);
  });

  it('does not hold an election up for a setting that the kernel does not have', async () => {
    const here = await booting('setting net.no.such 1\nelection /run/hold\n', { 'bin/sysctl': '#!/bin/sh\nexit 1\n' });
    expect(await here.run()).toMatchObject({ status: 1, said: expect.stringContaining('net.no.such') });
    expect(await here.read('run/hold')).toBe('');
  });
});

describe('a claim', () => {
  it('takes all addresses where nobody answers, announces them, and ends', async () => {
    const { status, said, held, log } = await claim(claims + times);
    expect({ status, said, held }).toEqual({
      status: 0,
      said: 'lvs-boot: the floating addresses are claimed\n',
      held: both,
    });
    expect(log).toContain('ip addr add 192.168.1.254/32 dev eth1 label eth1:1');
    expect(log.filter((line) => line.startsWith('arping -q')).sort()).toEqual([
      'arping -q -U -c 2 -I eth0 1.2.3.1',
      'arping -q -U -c 2 -I eth1 192.168.1.254',
    ]);
    expect(await router.read('run/lock')).toBe('');
  });

  it('fails, and takes none, where rules are to be and are not', async () => {
    expect(await (await booting(claims + times, {})).run('claim')).toMatchObject({
      status: 1,
      held: [],
      said: expect.stringContaining('the rules could not be loaded'),
    });
  });

  it('of IPv6 addresses asks the neighbours, without a ping', async () => {
    const { status, held, log } = await claim(claimsIpv6 + times);
    expect({ status, held }).toEqual({ status: 0, held: bothIpv6 });
    expect(log.some((line) => line.startsWith('ping'))).toBe(false);
  });

  it('of IPv6 addresses does without an ip(8) that can ask', async () => {
    const { status, held, log } = await claim(claimsIpv6 + times, { 'old-ip': '' });
    expect({ status, held }).toEqual({ status: 0, held: bothIpv6 });
    expect(log).toContain('ping -6 -q -n -c 1 -w 3 -I eth0 2001:db8::1');
  });

  it.each([
    ['one is answered by ARP', claims, { 'arp-1.2.3.1': '1\n' }, '1.2.3.1 is configured on another machine'],
    [
      'a neighbour answers',
      claimsIpv6,
      { 'neighbour-2001:db8::1': '2001:db8::1 lladdr 02:00:00:00:00:01 REACHABLE\n' },
      '2001:db8::1 is configured on another machine',
    ],
    ['it has one already', claims, { held: '1.2.3.1 eth0\n' }, '1.2.3.1 is here already'],
  ])('takes none where %s, and that is no failure', async (_, lines, files, said) => {
    const before = 'held' in files ? ['1.2.3.1 eth0'] : [];
    expect(await claim(lines + times, files)).toMatchObject({
      status: 0,
      held: before,
      said: expect.stringContaining(said),
    });
  });

  it.each([
    ['the network is down', claims, { 'arp-1.2.3.1': '2 arping: Network is down\n' }],
    ['there is no arping', claims, { 'arp-1.2.3.1': '127\n', 'arp-192.168.1.254': '127\n' }],
    ['a probe is killed', claims, { 'arp-1.2.3.1': 'lost\n' }],
    ['ip(8) cannot ask, and there is no ping', claimsIpv6, { 'old-ip': '', 'no-ping': '' }],
    ['the link-local address is tentative', claimsIpv6, { tentative: '' }],
    ['a neighbour is still being asked', claimsIpv6, { 'neighbour-fd00::254': 'fd00::254 INCOMPLETE\n' }],
    [
      'the other arping says why not',
      claims,
      { arping: 'by Thomas Habets\n', 'arp-1.2.3.1': '1 arping: no such device\n', 'arp-192.168.1.254': '1\n' },
    ],
  ])('fails, and takes none, where nobody can tell: %s', async (_, lines, files) => {
    expect(await claim(lines + times, files)).toMatchObject({
      status: 1,
      held: [],
      said: expect.stringMatching(/it cannot be determined which machine has .*: no address is claimed/),
    });
  });

  it.each([
    ['nobody answers', '1\n', { status: 0, held: both }],
    ['somebody does', '0\n', { status: 0, held: [] }],
  ])("understands Thomas Habets's arping where %s", async (_, answer, expected) => {
    const files = { arping: 'by Thomas Habets\n', 'arp-1.2.3.1': answer, 'arp-192.168.1.254': answer };
    expect(await claim(claims + times, files)).toMatchObject(expected);
  });

  it('needs no answer where there is nobody who could', async () => {
    expect(await claim(claims + times, { flags: 'NOARP', 'arp-1.2.3.1': '2\n' })).toMatchObject({ held: both });
  });

  it('puts back what it enabled where one cannot be', async () => {
    expect(await claim(claims + times, { 'refuse/eth0': '' })).toMatchObject({ status: 1, held: [] });
  });

  it('waits for carriers, and says so once', async () => {
    const { held, said } = await claim(claims + times, {
      'net/eth1/carrier': '0\n',
      'carrier-at-1': '',
    });
    expect(held).toEqual(both);
    expect(said.match(/no carrier on eth1: waiting for it, at most 60 s/g)).toHaveLength(1);
  });

  it('does not wait for them for ever, and each device is waited for once', async () => {
    const { status, held, said, log } = await claim(`${claims}claim 1.2.3.2 32 eth0\ncarriers 3\n`, {
      'net/eth0/carrier': '0\n',
    });
    expect({ status, held }).toEqual({ status: 1, held: [] });
    expect(said).toContain('lvs-boot: no carrier on eth0: no address is claimed');
    expect(log.filter((line) => line === 'sleep 1')).toHaveLength(3);
  });

  it('is none where nothing is to be claimed', async () => {
    expect(await claim(times)).toMatchObject({ status: 0, said: '', held: [] });
  });
});

describe('after a claim', () => {
  /** Nobody is heard at first, then somebody is. */
  const late = { 'arp-1.2.3.1': '0\n1\n' };

  it('who is to yield gives way to another that is heard', async () => {
    const { status, said, held, log } = await claim(`${claims}${times}look 3 yield\nlook 7 yield\n`, late);
    expect({ status, held }).toEqual({ status: 0, held: [] });
    expect(said).toContain('1.2.3.1 is configured on another machine, too: all are left to that one');
    expect(log).not.toContain('sleep 7');
  });

  it('who is to keep them announces itself again', async () => {
    const { held, said, log } = await claim(`${claims}${times}look 3 keep\n`, late);
    expect(held).toEqual(both);
    expect(said).toContain('1.2.3.1 is configured on another machine, too, which is to release it');
    expect(log.filter((line) => line === 'arping -q -U -c 2 -I eth0 1.2.3.1')).toHaveLength(2);
  });

  it('looks again as often as it is told, and keeps what nobody else has', async () => {
    const { status, held, log } = await claim(`${claims}${times}look 3 yield\nlook 7 yield\n`);
    expect({ status, held }).toEqual({ status: 0, held: both });
    expect(log.filter((line) => /^sleep [37]$/.test(line))).toEqual(['sleep 3', 'sleep 7']);
    expect(log.filter((line) => line.startsWith('arping -D'))).toHaveLength(6);
  });

  it.each([
    ['keeps them where it cannot find out', '0\n2\n', both],
    ['hears nobody while it asks with an address of its own', '0\n0\n', both],
  ])('%s', async (_, answers, held) => {
    expect(await claim(`${claims}${times}look 3 yield\n`, { 'arp-1.2.3.1': answers })).toMatchObject({ held });
  });

  it.each([
    ['an ip(8) that can ask', {}, true],
    ['one that cannot', { 'old-ip': '' }, false],
  ])('an IPv6 address leaves its device while others are asked, with %s', async (_, files, onLoopback) => {
    const { held, log } = await claim(`${claimsIpv6}${times}look 3 yield\n`, files);
    expect([...held].sort()).toEqual([...bothIpv6].sort());
    expect(log.includes('ip addr add 2001:db8::1/128 dev lo noprefixroute valid_lft 60 preferred_lft 60')).toBe(
      onLoopback,
    );
    expect(log.filter((line) => line === 'ip addr add 2001:db8::1/128 dev eth0')).toHaveLength(2);
  });

  it('gives IPv6 addresses up, too, where a neighbour has come to answer', async () => {
    const here = await booting(`${claimsIpv6}${times}look 3 yield\n`);
    const answer = `echo 'fd00::254 lladdr 02:00:00:00:00:01 REACHABLE' >${here.place}/neighbour-fd00::254`;
    await here.write('bin/sleep', `#!/bin/sh\n[ "$1" != 3 ] || ${answer}\n`);
    await here.load();
    expect(await here.run('claim')).toMatchObject({
      held: [],
      said: expect.stringContaining('fd00::254 is configured on another machine, too: all are left to that one'),
    });
  });

  it('leaves alone what somebody has moved meanwhile', async () => {
    const here = await booting(`${claims}${times}look 3 yield\n`, late);
    // While it sleeps, the address goes.
    await here.write('bin/sleep', `#!/bin/sh\n[ "$1" != 3 ] || echo '192.168.1.254 eth1' >${here.place}/held\n`);
    await here.load();
    expect(await here.run('claim')).toMatchObject({ status: 0, held: ['192.168.1.254 eth1'] });
  });
});
