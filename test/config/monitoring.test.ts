import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';

function declared(lines: string) {
  const address = lines.includes('dns:') ? 'udp://1.2.3.1:53' : 'tcp://1.2.3.1:80';
  const text = `public: { device: eth0 }\nvirtual-servers:\n  web: { address: "${address}", ${lines} }\n`;
  return parseConfig(text, 'f').cluster.virtualServers[0];
}

const pace = { interval: 2, timeout: 1, jitter: 0.1, rise: 2, fall: 3 };

describe('check', () => {
  test.each([
    ['tcp', { type: 'tcp', port: null, ...pace }],
    ['{ tcp: true, port: 8080 }', { type: 'tcp', port: 8080, ...pace }],
    [
      '{ http: /health, host: "www.example.com:81", status: 204, body: "^ok{2}$", port: 81 }',
      {
        type: 'http',
        port: 81,
        path: '/health',
        host: 'www.example.com:81',
        status: 204,
        body: '^ok{2}$',
        tls: null,
        ...pace,
      },
    ],
    [
      '{ https: /, tls-name: a.example.com, ca: /etc/lvs/ca.pem }',
      {
        type: 'https',
        port: null,
        path: '/',
        host: null,
        status: null,
        body: null,
        tls: { name: 'a.example.com', ca: '/etc/lvs/ca.pem', verify: true },
        ...pace,
      },
    ],
    ['{ exec: /usr/bin/true }', { type: 'exec', command: ['/usr/bin/true'], dynamic: false, ...pace }],
    [
      '{ exec: [/usr/bin/check, a b], dynamic: true }',
      { type: 'exec', command: ['/usr/bin/check', 'a b'], dynamic: true, ...pace },
    ],
    ['{ dns: example.com }', { type: 'dns', port: null, name: 'example.com', record: 'A', ...pace }],
    ['{ dns: example.com, record: SOA }', { type: 'dns', port: null, name: 'example.com', record: 'SOA', ...pace }],
  ])('%s', (written, check) => {
    expect(declared(`check: ${written}`)?.check).toEqual(check);
  });

  test('its pace', () => {
    const check = 'check: { tcp: true, interval: 500ms, timeout: 3s, jitter: 25%, rise: 1, fall: 5 }';
    expect(declared(check)?.check).toMatchObject({ interval: 0.5, timeout: 3, jitter: 0.25, rise: 1, fall: 5 });
  });

  test.each([
    ['www.example.com:443', 'www.example.com'],
    ['www.example.com', 'www.example.com'],
    ['192.168.1.2', null],
    ['192.168.1.2:443', null],
    ['[2001:db8::1]:443', null],
    ['2001:db8::1', null],
  ])('the certificate of host %s is for %s', (host, name) => {
    expect(declared(`check: { https: /, host: "${host}" }`)?.check).toMatchObject({ tls: { name } });
  });
});

test.each([
  ['{ agent: 3333 }', { agent: 3333, interval: 2 }],
  ['{ agent: 3333, interval: 500ms }', { agent: 3333, interval: 0.5 }],
  ['{ ssh: uptime }', { ssh: 'uptime', user: null, port: null, interval: 5 }],
  ['{ ssh: uptime, user: lvs, port: 2222, interval: 2s }', { ssh: 'uptime', user: 'lvs', port: 2222, interval: 2 }],
])('load: %s', (written, load) => {
  expect(declared(`load: ${written}`)?.load).toEqual(load);
});

test('what becomes of real servers that are down or come back', () => {
  expect(declared('check: tcp, on-failure: remove, slow-start: 1m, when-all-fail: open')).toMatchObject({
    onFailure: 'remove',
    slowStart: 60,
    whenAllFail: 'open',
  });
});

test('an agent finds failures, too', () => {
  expect(declared('load: { agent: 3333 }, sorry-server: 192.168.1.9')).toMatchObject({
    sorryServer: { address: '192.168.1.9', port: 80 },
  });
});

test('what is checked behind a mark has a port, or is given one', () => {
  const mark = (lines: string) =>
    parseConfig(
      `public: { device: eth0 }\nvirtual-servers:\n  web: { address: fwmark:7, floating: [1.2.3.1], ${lines} }\n`,
      'f',
    ).cluster.virtualServers[0]?.check;
  expect(mark('check: tcp, real-servers: ["192.168.1.2:80"]')).toMatchObject({ port: null });
  expect(mark('check: { tcp: true, port: 80 }, real-servers: [192.168.1.2]')).toMatchObject({ port: 80 });
  expect(mark('check: { exec: /usr/bin/true }, real-servers: [192.168.1.2]')).toMatchObject({ type: 'exec' });
});
