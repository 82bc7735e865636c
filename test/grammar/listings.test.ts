import { describe, expect, it } from 'vitest';
import { parseListing } from '../../src/grammar/listing.ts';
import { parseSavedRules } from '../../src/grammar/saved-rules.ts';
import { parseStatistics } from '../../src/grammar/statistics.ts';
import { parseThresholds, withThresholds } from '../../src/grammar/thresholds.ts';
import { outputOf } from './transcript.ts';

const table = parseListing(outputOf('table', 'ipvsadm -Ln', 2));

describe('ipvsadm -Ln', () => {
  it('has the virtual servers of ipvsadm -Sn, alike but for a persistence engine without persistence', () => {
    const saved = parseSavedRules(outputOf('table', 'ipvsadm -Sn', 2));
    expect(new Set(table.keys())).toEqual(new Set(saved.keys()));
    for (const [key, { realServers, ...settings }] of saved) {
      const persistenceEngine = settings.persistent === null ? null : settings.persistenceEngine;
      const shown = [...realServers].map(([realKey, { tunnel, upperThreshold, lowerThreshold, ...rest }]) => {
        return [realKey, { ...rest, activeConnections: 0, inactiveConnections: 0 }] as const;
      });
      expect(table.get(key)).toEqual({ ...settings, persistenceEngine, realServers: new Map(shown) });
    }
  });

  it('counts connections', () => {
    const { realServers } = parseListing(outputOf('traffic', 'ipvsadm -Ln')).get('tcp://1.2.3.1:80') ?? {};
    expect(realServers?.get('192.168.1.2:80')).toMatchObject({ activeConnections: 4, inactiveConnections: 0 });
    expect(realServers?.get('192.168.1.3:8080')).toMatchObject({ activeConnections: 2, inactiveConnections: 1 });
  });

  it('also lists one virtual server alone', () => {
    expect([...parseListing(outputOf('table', 'ipvsadm -Ln -f 7 -6')).values()]).toEqual([table.get('fwmark:7/ipv6')]);
  });

  it('may show local real servers, unknown words and words of a later version', () => {
    const text = 'TCP  1.2.3.1:80 rr novelty 7 ops\n  -> 192.168.1.2:80  Local 1 2 3 novel\n';
    const [virtual] = parseListing(text).values();
    expect(virtual?.onePacket).toBe(true);
    expect(virtual?.realServers.get('192.168.1.2:80')).toMatchObject({ forward: 'local', inactiveConnections: 3 });
  });

  it.each([
    ['ICMP 1.2.3.1:80 rr', 'TCP, UDP or SCTP'],
    ['FWM  x rr', 'FWM with a firewall mark'],
    ['TCP  1.2.3.1:80', 'a scheduler'],
    ['TCP  1.2.3.1:80 rr persistent long', 'persistent SECONDS'],
    ['TCP  1.2.3.1:80 rr persistent 60 mask 999.0.0.0', 'NETMASK'],
    ['  -> 192.168.1.2:80 Masq 1 0 0', 'below a virtual server'],
    ['TCP  1.2.3.1:80 rr\n  -> 192.168.1.2:80 Teleport 1 0 0', 'Masq, Route, Tunnel or Local'],
    ['TCP  1.2.3.1:80 rr\n  -> 192.168.1.2:80 Masq 1 0', 'active and inactive'],
  ])('refuses %j', (text, allowed) => {
    const details = [expect.objectContaining({ allowed: expect.stringContaining(allowed) })];
    expect(() => parseListing(text)).toThrow(expect.objectContaining({ code: 'read-failed', details }));
  });
});

describe('ipvsadm -Ln --thresholds', () => {
  const thresholds = parseThresholds(outputOf('table', 'ipvsadm -Ln --thresholds'));

  it('has thresholds and counts', () => {
    expect(thresholds.get('tcp://1.2.3.1:80')?.get('192.168.1.3:8080')).toEqual({
      ...{ upperThreshold: 500, lowerThreshold: 400, activeConnections: 0, inactiveConnections: 0 },
    });
    const traffic = parseThresholds(outputOf('traffic', 'ipvsadm -Ln --thresholds'));
    expect(traffic.get('tcp://1.2.3.1:80')?.get('192.168.1.3:8080')).toMatchObject({ inactiveConnections: 1 });
  });

  it('completes ipvsadm -Sn, also where a column overflows', () => {
    const saved = parseSavedRules(outputOf('table', 'ipvsadm -Sn', 2));
    const joined = withThresholds(saved, thresholds);
    const key = '[fd00:1111:2222:3333:4444:5555:6666:7777]:8080';
    expect(joined.get('tcp://[2001:db8::1]:80')?.realServers.get(key)).toMatchObject({ upperThreshold: 70000 });
    expect(saved.get('tcp://[2001:db8::1]:80')?.realServers.get(key)).toMatchObject({ upperThreshold: 0 });
    expect(joined.get('tcp://1.2.3.2:443')).toEqual(saved.get('tcp://1.2.3.2:443'));
  });

  it('leaves alone what came between the two readings', () => {
    const saved = parseSavedRules('-A -t 9.9.9.9:80 -s rr\n-a -t 9.9.9.9:80 -r 192.168.1.2:80 -m -w 1 -x 7\n');
    expect(withThresholds(saved, thresholds)).toEqual(saved);
  });

  it('refuses words for numbers', () => {
    expect(() => parseThresholds('TCP 1.2.3.1:80 rr\n -> 192.168.1.2:80 1 2 3 x')).toThrow('line 2');
  });
});

describe('ipvsadm -Ln --stats --exact', () => {
  const statistics = parseStatistics(outputOf('traffic', 'ipvsadm -Ln --stats --exact'));

  it('counts for virtual and real servers', () => {
    const web = statistics.get('tcp://1.2.3.1:80');
    expect(web?.total).toEqual({ connections: 7, packetsIn: 22, packetsOut: 15, bytesIn: 1200, bytesOut: 21836 });
    expect(web?.realServers.get('192.168.1.2:80')).toEqual({
      ...{ connections: 4, packetsIn: 12, packetsOut: 8, bytesIn: 656, bytesOut: 12448 },
    });
  });

  it('counts for firewall marks of both families', () => {
    const marks = parseStatistics(outputOf('traffic-by-mark', 'ipvsadm -Ln --stats --exact'));
    expect(marks.get('fwmark:7')?.total).toMatchObject({ connections: 13 });
    expect(marks.get('fwmark:7/ipv6')?.total).toMatchObject({ connections: 2 });
  });

  it('reads rates too', () => {
    const rates = parseStatistics(outputOf('traffic', 'ipvsadm -Ln --rate --exact'));
    expect(rates.get('tcp://1.2.3.1:80')?.total).toMatchObject({ packetsIn: 1, bytesIn: 63, bytesOut: 1151 });
  });

  it('refuses shortened numbers', () => {
    expect(() => parseStatistics('TCP  1.2.3.1:80    12345K 1 2 3 4')).toThrow('line 1');
  });
});
