import { describe, expect, test } from 'vitest';
import { declareRealServer, declareVirtualServer } from '../../src/command-line/declare.ts';
import { parseConfig } from '../../src/config/config.ts';

const config = parseConfig(
  `public: { device: eth0 }
virtual-servers:
  web: { address: "tcp://1.2.3.1:80", real-servers: [{ address: 192.168.1.2, weight: 2 }] }
  mark: { address: "fwmark:7", floating: ["2001:db8::1"] }
`,
  'lvs.yaml',
);

describe('declaring what is declared already', () => {
  test.each([
    ['by the same address', '1.2.3.1:80', {}],
    ['with a default said aloud', 'tcp://1.2.3.1:80', { scheduler: 'wlc' }],
    ['as a mark of IPv6', 'fwmark:7', { floating: ['2001:db8::1'] }],
  ])('%s leaves the configuration as it is', (_, address, settings) => {
    expect(declareVirtualServer(config, address, undefined, settings).config).toBe(config);
  });

  test('with other settings names the command that changes it', () => {
    expect(() => declareVirtualServer(config, '1.2.3.1:80', undefined, { scheduler: 'rr' })).toThrow(
      expect.objectContaining({ code: 'conflict', hint: 'to change it: lvs vip set web --scheduler …' }),
    );
  });

  test('as a real server compares only what was given', () => {
    const web = config.cluster.virtualServers[0];
    if (web === undefined) throw new Error('web is declared');
    expect(declareRealServer(config, web, '192.168.1.2', {}).config).toBe(config);
    expect(() => declareRealServer(config, web, '192.168.1.2', { weight: 1 })).toThrow('with another --weight');
  });

  test('does not depend on how the file is written', () => {
    const anchored = parseConfig(
      `public: { device: eth0 }
virtual-servers:
  web: &web { address: "tcp://1.2.3.1:80", real-servers: &reals [192.168.1.2] }
  tls: { <<: *web, address: "tcp://1.2.3.1:443", real-servers: *reals }
`,
      'lvs.yaml',
    );
    for (const server of anchored.cluster.virtualServers) {
      expect(declareRealServer(anchored, server, '192.168.1.2', { weight: 1 }).config).toBe(anchored);
      expect(() => declareRealServer(anchored, server, '192.168.1.2', { weight: 2 })).toThrow('with another --weight');
    }
    expect(declareVirtualServer(anchored, '1.2.3.1:80', undefined, { scheduler: 'wlc' }).config).toBe(anchored);
  });
});
