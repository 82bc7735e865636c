import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { settingsAtBoot, settingsKept, withModules, withSettings } from '../../src/doctor/model/sysctl-files.ts';

describe('what is kept for the next boot', () => {
  test('begins with a line that says whose it is', () => {
    expect(withSettings(null, [['net.ipv4.ip_forward', '1']])).toBe(
      '# What "lvs doctor --fix" set on this router, so that it lasts.\nnet.ipv4.ip_forward = 1\n',
    );
  });

  test('what stands there stays, but for the values', () => {
    const present = '# mine\nnet/ipv4/ip_forward=0\n\n-net.core.somaxconn = 5\nnet.ipv4.conf.eth0/100.rp_filter = 1';
    const settings = [
      ['net.ipv4.ip_forward', '1'],
      ['net.ipv4.conf.eth0/100.rp_filter', '2'],
      ['net.ipv4.vs.sync_threshold', '0 1'],
    ] as const;
    expect(withSettings(present, settings)).toBe(
      '# mine\nnet.ipv4.ip_forward = 1\n\n-net.core.somaxconn = 5\nnet.ipv4.conf.eth0/100.rp_filter = 2\nnet.ipv4.vs.sync_threshold = 0 1\n',
    );
  });

  test('set twice, it is the same; and it is what boot sets', () => {
    const setting = fc.tuple(fc.constantFrom('a.b', 'a.c', 'net.ipv4.conf.eth0/1.x'), fc.constantFrom('0', '1', '0 1'));
    const line = fc.constantFrom('# c', '', 'a.b=1', 'x.y = 2', ' -a.c = 3 ', 'net/ipv4/conf/eth0.1/x=4', 'nonsense');
    fc.assert(
      fc.property(fc.array(setting), fc.option(fc.array(line), { nil: null }), (settings, lines) => {
        const text = withSettings(lines === null ? null : `${lines.join('\n')}\n`, settings);
        expect(withSettings(text, settings)).toBe(text);
        const atBoot = settingsAtBoot(`=== /etc/sysctl.d/60-lvs.conf\n${text}`);
        for (const [name, value] of new Map(settings)) expect(atBoot.get(name)?.value).toBe(value);
      }),
    );
  });

  test('modules are named once', () => {
    expect(withModules(null, ['ip_vs'])).toBe('ip_vs\n');
    expect(withModules('# mine\nip_vs\n', ['ip_vs'])).toBe('# mine\nip_vs\n');
    expect(withModules('loop', ['ip_vs'])).toBe('loop\nip_vs\n');
  });
});

describe('what boot sets', () => {
  test('by name of file, the first directory of those of one name, sysctl.conf last', () => {
    const text = `
=== /usr/lib/sysctl.d/50-default.conf
net.ipv4.conf.all.rp_filter = 2
a = 1
=== /etc/sysctl.d/50-default.conf
a=2
=== /usr/lib/sysctl.d/10-first.conf
a = 0
b = 1
; b = 2
=== /etc/sysctl.d/70-later.conf
c/d.e/f = 3
=== /etc/sysctl.conf
b = 3
`;
    expect([...settingsAtBoot(text)].map(([name, { value, file }]) => `${name} ${value} ${file}`)).toEqual([
      'a 2 /etc/sysctl.d/50-default.conf',
      'b 3 /etc/sysctl.conf',
      'c.d/e.f 3 /etc/sysctl.d/70-later.conf',
    ]);
    const ours = `${text}\n=== /etc/sysctl.d/60-lvs.conf\nb = 4\n`;
    expect([...settingsKept(ours)]).toEqual([['b', { value: '4', file: '/etc/sysctl.d/60-lvs.conf' }]]);
  });
});
