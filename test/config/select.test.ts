import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { realServersAt, selectRealServer, selectVirtualServer } from '../../src/config/select.ts';
import { defaultName, parseRealServerAddress, parseVirtualServerAddress } from '../../src/config/typed-address.ts';
import { LvsError } from '../../src/model/errors.ts';

const { cluster } = parseConfig(
  `public: { device: eth0 }
virtual-servers:
  web: { address: "tcp://1.2.3.1:80", real-servers: [192.168.1.2, "192.168.1.2:81", "192.168.1.3:8080", "192.168.1.4:1", "192.168.1.4:2"] }
  tls: { address: "tcp://1.2.3.1:443", real-servers: [192.168.1.2, "192.168.1.2:80"] }
  dns: { address: "udp://1.2.3.2:53" }
  dns-tcp: { address: "tcp://1.2.3.2:53" }
  six: { address: "tcp://[2001:db8::1]:80" }
  mark: { address: "fwmark:7", family: ipv4 }
`,
  'lvs.yaml',
);

function errorOf(action: () => unknown): LvsError {
  try {
    action();
  } catch (error) {
    if (error instanceof LvsError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('VIP', () => {
  test.each([
    ['web', 'web'],
    ['1.2.3.1:80', 'web'],
    ['tcp://1.2.3.1:443', 'tls'],
    ['udp://1.2.3.2', 'dns'],
    ['2001:DB8::1', 'six'],
    ['[2001:db8:0::1]:80', 'six'],
    ['fwmark:7', 'mark'],
  ])('%s is %s', (word, name) => {
    expect(selectVirtualServer(cluster, word).name).toBe(name);
  });

  test('a word for several is an error that lists them', () => {
    const error = errorOf(() => selectVirtualServer(cluster, '1.2.3.1'));
    expect(error.code).toBe('ambiguous');
    expect(error.details.map(({ message }) => message)).toEqual(['web (tcp://1.2.3.1:80)', 'tls (tcp://1.2.3.1:443)']);
  });

  test('a word for none is an error with the nearest name and those that there are', () => {
    const error = errorOf(() => selectVirtualServer(cluster, 'wbe'));
    expect([error.code, error.hint, error.details.length]).toEqual(['not-found', 'did you mean "web"?', 6]);
  });
});

describe('REAL', () => {
  const web = selectVirtualServer(cluster, 'web');
  test.each([
    ['192.168.1.2', 80],
    ['192.168.1.2:81', 81],
    ['192.168.1.3', 8080],
  ])('%s has port %i', (word, port) => {
    expect(selectRealServer(web, word).port).toBe(port);
  });

  test.each([
    ['192.168.1.4', 'ambiguous', '"192.168.1.4" is several real servers of "web"'],
    ['192.168.1.9', 'not-found', 'virtual server "web" has no real server 192.168.1.9'],
    ['192.168.1.3:80', 'not-found', 'virtual server "web" has no real server 192.168.1.3:80'],
    ['www', 'invalid-input', '"www" is no address of a real server'],
  ])('%s is %s', (word, code, message) => {
    const error = errorOf(() => selectRealServer(web, word));
    expect([error.code, error.message]).toEqual([code, message]);
  });
});

describe('--all', () => {
  const at = (word: string) => realServersAt(cluster, word).map(({ server, realKey }) => `${server.name} ${realKey}`);

  test('an address is the machine, with all of its ports', () => {
    const web = ['web 192.168.1.2:80', 'web 192.168.1.2:81'];
    expect(at('192.168.1.2')).toEqual([...web, 'tls 192.168.1.2:443', 'tls 192.168.1.2:80']);
  });

  test.each([
    ['192.168.1.2:80', ['web 192.168.1.2:80', 'tls 192.168.1.2:80']],
    ['192.168.1.2:8080', []],
    ['192.168.1.2:0', []],
  ])('%s is that port alone', (word, expected) => {
    expect(at(word)).toEqual(expected);
  });

  test('a word that is no address is invalid', () => {
    expect(errorOf(() => at('192.168.1.2:x')).details[0]?.message).toBe(
      'ADDRESS: found "192.168.1.2:x"; allowed: a port from 0 to 65535',
    );
  });
});

describe('ADDRESS', () => {
  test.each([
    ['1.2.3.1:80', 'tcp://1.2.3.1:80', 'tcp-1.2.3.1-80'],
    ['udp://1.2.3.1:53', 'udp://1.2.3.1:53', 'udp-1.2.3.1-53'],
    ['[2001:DB8::1]:80', 'tcp://[2001:db8::1]:80', 'tcp-2001-db8--1-80'],
    ['fwmark:7', 'fwmark:7', 'fwmark-7'],
  ])('%s is %s, called %s', (word, address, name) => {
    const typed = parseVirtualServerAddress(word);
    expect([typed.address, defaultName(typed.id, new Set())]).toEqual([address, name]);
  });

  test('a name that is taken gets a number', () => {
    expect(defaultName({ fwmark: 7 }, new Set(['fwmark-7', 'fwmark-7-2']))).toBe('fwmark-7-3');
  });

  test.each([
    ['1.2.3.1', 'ADDRESS: found "1.2.3.1"; allowed: ADDRESS:PORT; add the port, such as tcp://1.2.3.1:80'],
    [
      '010.0.0.1:80',
      'ADDRESS: found "010.0.0.1:80"; allowed: an IPv4 or IPv6 address, with or without :PORT; "010" would be read as octal; write 10.0.0.1',
    ],
    ['1.2.3.1:http', 'ADDRESS: found "1.2.3.1:http"; allowed: a port from 0 to 65535'],
    [
      'ftp://1.2.3.1:21',
      'ADDRESS: found "ftp://1.2.3.1:21"; allowed: tcp://, udp:// or sctp:// with ADDRESS:PORT, or fwmark:MARK; did you mean "tcp"?',
    ],
  ])('%s is none', (word, message) => {
    expect(errorOf(() => parseVirtualServerAddress(word)).details[0]?.message).toBe(message);
  });

  test('a real server has the default port unless it says another', () => {
    expect(parseRealServerAddress('192.168.1.2', 80)).toEqual({ address: '192.168.1.2', port: 80 });
    expect(parseRealServerAddress('[2001:DB8::2]:81', 80)).toEqual({ address: '2001:db8::2', port: 81 });
    expect(errorOf(() => parseRealServerAddress('1.2.3.4:99999', 80)).code).toBe('invalid-input');
  });
});
