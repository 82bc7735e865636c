import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agree, parseDetails, withDetails } from '../../src/grammar/listed-details.ts';
import { parseProcTable } from '../../src/grammar/proc-table.ts';
import type { VirtualServer } from '../../src/model/state.ts';
import { arbitraryVirtualServers } from '../simulated/arbitrary-state.ts';
import { holding } from './holding.ts';

const titles =
  'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n';

const isTold = ({ id, realServers }: VirtualServer) =>
  !('fwmark' in id) && [...realServers.values()].every(({ forward }) => forward !== 'tunnel');

/** A persistence engine without persistence is not listed, and does nothing. */
const withoutIdleEngine = (server: VirtualServer): VirtualServer =>
  server.persistent === null ? { ...server, persistenceEngine: null } : server;

describe('/proc/net/ip_vs', () => {
  it('with ipvsadm -Ln --thresholds says all there is of virtual servers without marks and tunnels', () => {
    fc.assert(
      fc.property(arbitraryVirtualServers, (all) => {
        const servers = [...all].filter(([, server]) => isTold(server));
        const kernel = holding(servers.map(([, server]) => server));
        const table = parseProcTable(kernel.execute(['cat', '/proc/net/ip_vs']).stdout);
        const details = parseDetails(kernel.execute(['ipvsadm', '-Ln', '--thresholds']).stdout);
        expect(agree(table ?? new Map(), details)).toBe(true);
        expect(withDetails(table ?? new Map(), details)).toEqual(
          new Map(servers.map(([key, server]) => [key, withoutIdleEngine(server)])),
        );
      }),
    );
  });

  it('says too little where there are marks or tunnels', () => {
    fc.assert(
      fc.property(arbitraryVirtualServers, (all) => {
        const { stdout } = holding(all.values()).execute(['cat', '/proc/net/ip_vs']);
        expect(parseProcTable(stdout) === null).toBe(![...all.values()].every(isTold));
      }),
    );
  });

  it('leaves what was not looked at as declared, apart from what it shows', () => {
    const text = `${titles}TCP  01020301:0050 wrr persistent 90000 FFFFFFFF\n  -> C0A80102:1F90      Masq    7      3          1\n`;
    const declared: VirtualServer = {
      id: { protocol: 'tcp', address: '1.2.3.1', port: 80 },
      scheduler: 'wlc',
      flags: [],
      persistent: 300,
      netmask: null,
      persistenceEngine: null,
      onePacket: false,
      realServers: new Map([
        [
          '192.168.1.2:8080',
          {
            address: '192.168.1.2',
            port: 8080,
            forward: 'masq',
            tunnel: null,
            weight: 1,
            upperThreshold: 5,
            lowerThreshold: 2,
          },
        ],
      ]),
    };
    const table = parseProcTable(text) ?? new Map();
    const found = withDetails(table, new Map(), new Map([['tcp://1.2.3.1:80', declared]]));
    expect(found.get('tcp://1.2.3.1:80')).toMatchObject({ scheduler: 'wrr', persistent: 300 });
    expect(found.get('tcp://1.2.3.1:80')?.realServers.get('192.168.1.2:8080')).toEqual({
      ...declared.realServers.get('192.168.1.2:8080'),
      weight: 7,
    });
    expect(withDetails(table, new Map()).get('tcp://1.2.3.1:80')).toMatchObject({ flags: [] });
  });

  it('is found out where it leaves servers out', () => {
    const table = parseProcTable(
      `${titles}TCP  01020301:0050 rr \n  -> C0A80102:0050      Masq    1      0          0\n`,
    );
    const listing = 'TCP  1.2.3.1:80 rr\n  -> 192.168.1.2:80  0 0 0 0\n';
    const agrees = (text: string) => agree(table ?? new Map(), parseDetails(text));
    expect(agrees(listing)).toBe(true);
    expect(agrees(`${listing}  -> 192.168.1.3:80  0 0 0 0\n`)).toBe(false);
    expect(agrees(`${listing}TCP  1.2.3.2:80 rr\n`)).toBe(false);
    expect(agrees('TCP  1.2.3.2:80 rr\n  -> 192.168.1.2:80  0 0 0 0\n')).toBe(false);
  });

  it('is empty where nothing is served', () => {
    expect(parseProcTable(titles)).toEqual(new Map());
  });

  it.each([
    'ICMP  01020301:0050 rr ',
    'TCP  010203:0050 rr ',
    '  -> C0A80102:0050      Masq    1      0          0',
    'TCP  01020301:0050 rr \n  -> C0A80102:0050      Teleport 1      0          0',
    'TCP  01020301:0050 rr \n  -> C0A80102:0050      Masq    ?      0          0',
  ])('refuses %j', (text) => {
    const details = [expect.objectContaining({ allowed: expect.stringContaining('Masq, Route or Local') })];
    expect(() => parseProcTable(`${titles}${text}\n`)).toThrow(
      expect.objectContaining({ code: 'read-failed', details }),
    );
  });
});

describe('the details of ipvsadm -Ln --thresholds', () => {
  it.each([
    ['ICMP 1.2.3.1:80 rr', 'TCP, UDP or SCTP'],
    ['TCP  1.2.3.1:80', 'a scheduler'],
    ['  -> 192.168.1.2:80  0 0 0 0', 'thresholds'],
    ['TCP  1.2.3.1:80 rr\n  -> 192.168.1.2:80  0 many 0 0', 'lower threshold'],
    ['TCP  1.2.3.1:80 rr\n  -> rs1:80  5 2 0 0', 'ADDRESS:PORT'],
  ])('refuse %j', (text, allowed) => {
    const details = [
      expect.objectContaining({ allowed: expect.stringContaining(allowed.replace('thresholds', 'threshold')) }),
    ];
    expect(() => parseDetails(text)).toThrow(expect.objectContaining({ code: 'read-failed', details }));
  });
});
