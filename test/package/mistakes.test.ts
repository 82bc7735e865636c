import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';

/** Mistakes on the command line, made with the built program: what it says, its exit status, and that nothing changes. */

const directory = mkdtempSync(join(tmpdir(), 'lvs-mistakes-'));
const file = join(directory, 'lvs.yaml');
const config = `public: { device: eth0 }
private: { device: eth1, nat-router: 192.168.1.254 }
virtual-servers:
  web: { address: tcp://1.2.3.1:80, real-servers: [192.168.1.2, { address: 192.168.1.3:8080, weight: 2 }, 192.168.1.3:8081] }
  tls: { address: tcp://1.2.3.1:443, scheduler: rr }
`;

beforeEach(() => writeFileSync(file, config, { mode: 0o644 }));
afterAll(() => rmSync(directory, { recursive: true }));

function lvs(words: readonly string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, [resolve('bin/run.js'), ...words], {
    encoding: 'utf8',
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: directory, ...env },
  });
}

const schedulers = 'rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh, twos';

/** What is typed behind `lvs`, and what must be said. */
const mistakes: [string, string][] = [
  ['aply', 'there is no command "aply"\nhint: did you mean "lvs apply"?'],
  ['vip ad 1.2.3.4:80', 'there is no command "vip ad"\nhint: did you mean "lvs vip add"?'],
  ['vip add', 'ADDRESS is missing'],
  ['vip remove', 'VIP is missing'],
  ['real set web', 'REAL is missing'],
  ['real drain', 'VIP and REAL, or --all ADDRESS, are missing'],
  ['real drain web 192.168.1.2 --all 192.168.1.2', '--all stands instead of VIP and REAL, not beside them'],
  ['real drain --all 192.168.1.77', '192.168.1.77 is a real server of no virtual server'],
  ['real drain --all 192.168.1.3:80', '192.168.1.3:80 is a real server of no virtual server'],
  ['real drain --all 192.168.1.3:http', 'ADDRESS: found "192.168.1.3:http"; allowed: a port from 0 to 65535'],
  ['real drain web 192.168.1.2 --wait --timeout soon', '--timeout: found "soon"; allowed: seconds, or a number with'],
  ['real drain web 192.168.1.2 --wait --timeout 25h', '--timeout: found "25h"; allowed: seconds, or a number with'],
  ['real drain web 192.168.1.2 --timeout 5m', '--wait'],
  ['real remove web 192.168.1.2 --timeout 5m', '--drain'],
  ['apply --prun', 'there is no option --prun; did you mean --prune?'],
  ['apply now', '"now" is one word too many'],
  ['apply --on lvs3', '--on: there is no router "lvs3"\nhint: this configuration has no routers'],
  ['failover', 'there is no other router'],
  ['failover --accept-duplicate', '--force'],
  ['vip add 1.2.3.256:80', 'ADDRESS: found "1.2.3.256:80"'],
  ['vip add 010.0.0.1:80', 'octal'],
  ['vip add 1.2.3.4', 'ADDRESS: found "1.2.3.4"'],
  ['vip add 1.2.3.4:0', 'persistent'],
  ['vip add 1.2.3.4:65536', '65535'],
  ['vip add http://1.2.3.4:80', 'tcp://'],
  ['vip add 2001:db8::1:80', 'ADDRESS: found'],
  ['vip add 1.2.3.4:80 --name web', '"web"'],
  ['vip add 1.2.3.4:80 --name 1.2.3.4', '--name'],
  ['vip add 1.2.3.4:80 --scheduler wlcc', `--scheduler: found "wlcc"; allowed: ${schedulers}; did you mean "wlc"?`],
  ['vip add 1.2.3.4:80 --one-packet', '--one-packet'],
  ['vip add 1.2.3.4:80 --persistent soon', '--persistent: found "soon"'],
  ['vip add 1.2.3.4:80 --netmask 255.255.255.0', '--netmask'],
  ['vip add 1.2.3.4:80 --persistent 9 --netmask 255.0.255.0', '--netmask: found "255.0.255.0"'],
  ['vip add 1.2.3.4:80 --label eth1:1', '--label: found "eth1:1"'],
  ['vip add 1.2.3.4:80 --label eth0:muchtoolong1', '15'],
  ['vip add 1.2.3.4:80 --forward nat', '--forward: found "nat"; allowed: masq, direct, tunnel'],
  ['vip add 1.2.3.4:80 --flags sh-port', '--flags'],
  ['vip add fwmark:7', 'floating'],
  ['vip add fwmark:0 --floating 1.2.3.4', 'fwmark:0'],
  ['vip add 1.2.3.1:80 --scheduler lc', 'tcp://1.2.3.1:80 is declared already, with another --scheduler'],
  ['vip set web', 'vip set: nothing to set was given'],
  [
    'vip set 1.2.3.1 --scheduler rr',
    '"1.2.3.1" is several virtual servers\n  web (tcp://1.2.3.1:80)\n  tls (tcp://1.2.3.1:443)',
  ],
  ['vip set wbe --scheduler rr', 'no virtual server "wbe" is declared'],
  ['real add web 192.168.1.9 --weight -1', '--weight'],
  ['real add web 192.168.1.9 --weight heavy', '--weight: found "heavy"'],
  ['real add web 192.168.1.9:99999', '65535'],
  [
    'real add web 192.168.1.9 --weight 99999999999999999999',
    'the command has a mistake\n  --weight: found "99999999999999999999"; allowed: a whole number from 0 to 2147483647\n',
  ],
  [
    'real add web 192.168.1.9 --weight 010',
    '--weight: found "010"; allowed: a whole number from 0 to 2147483647; "010" may be read as octal; write 10',
  ],
  ['real add web 192.168.1.9:0080', 'ADDRESS: found "192.168.1.9:0080"; allowed: a port from 0 to 65535'],
  ['vip add 1.2.3.4:80 --persistent 010', '--persistent: found "010"; allowed: seconds'],
  ['vip add 1.2.3.4:80 --persistent 9 --netmask 024', '--netmask: found "024"'],
  ['real drain web 192.168.1.2 --wait --timeout 010', '--timeout: found "010"; allowed: seconds, or a number with'],
  ['real add web 2001:db8::2', 'ipv4, like the virtual server'],
  ['real add web 192.168.1.9 --upper-threshold 5 --lower-threshold 9', '--lower-threshold: found 9'],
  ['real add web 192.168.1.2 --weight 9', '192.168.1.2:80 is declared already, with another --weight'],
  [
    'real set web 192.168.1.3 --weight 9',
    '"192.168.1.3" is several real servers of "web"\n  192.168.1.3:8080\n  192.168.1.3:8081',
  ],
  ['real set web 192.168.1.99 --weight 9', 'virtual server "web" has no real server 192.168.1.99'],
  ['real set web somewhere --weight 9', 'REAL: found "somewhere"'],
  ['init --router lvs1 -c new.yaml', '--router: found "lvs1"; allowed: NAME=SSH'],
  [
    'init -c new.yaml --private-device eth1 --nat-router 1.2.3',
    '--nat-router: found "1.2.3"; allowed: ADDRESS or ADDRESS/LENGTH',
  ],
  [
    'init -c new.yaml --private-device eth1 --nat-router 1.2.3.4/33',
    '--nat-router: found "1.2.3.4/33"; allowed: a prefix length',
  ],
  ['init -c new.yaml --public-device eth0/1', '--public-device: found "eth0/1"; allowed: a network device'],
  ['init -c new.yaml --router a=root@h --router b=root@h --router c=root@h', '--router'],
  ['validate -c missing.yaml', 'missing.yaml cannot be read: it does not exist'],
  ['diff -c', '--config'],
];

describe('mistakes on the command line', () => {
  test.each(mistakes)('lvs %s', (words, said) => {
    const { status, stdout, stderr } = lvs(words.split(' '));
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: expect.stringContaining(said) });
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(readFileSync(file, 'utf8')).toBe(config);
  });

  test('a mistake as JSON is one document on stdout', () => {
    const { status, stdout, stderr } = lvs(['vip', 'set', 'web', '--scheduler', 'wlcc', '--json']);
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      error: {
        code: 'invalid-input',
        details: [{ found: '"wlcc"', allowed: schedulers, hint: 'did you mean "wlc"?' }],
      },
    });
  });

  test('a NAT router address needs a private device where none can be guessed', () => {
    const withoutIp = { PATH: directory };
    const { status, stderr } = lvs(['init', '-c', 'new.yaml', '--nat-router', '192.168.1.254'], withoutIp);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('--nat-router needs --private-device'),
    });
    expect(lvs(['init', '-c', 'new.yaml', '--nat-router', '1.2.3'], withoutIp).stderr).toContain(
      '--nat-router: found "1.2.3"',
    );
    expect(existsSync(join(directory, 'new.yaml'))).toBe(false);
  });

  test('$LVS_ROUTER must be a router', () => {
    const { status, stderr } = lvs(['diff'], { LVS_ROUTER: 'lvs9' });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('$LVS_ROUTER: there is no router "lvs9"'),
    });
  });

  test('every mistake of a file at once, with its place', () => {
    writeFileSync(file, config.replace('device: eth0', 'devise: eth0').replace('weight: 2', 'weight: two'));
    const { status, stderr } = lvs(['validate']);
    expect(status).toBe(2);
    expect(stderr).toContain('lvs: lvs.yaml has 3 mistakes\n');
    expect(stderr).toContain(
      'lvs.yaml:1:11: public.devise: unknown key "devise"; allowed: device, prefix; did you mean "device"?',
    );
    expect(stderr).toContain('lvs.yaml:4:102: virtual-servers.web.real-servers[1].weight: found "two"');
  });
});
