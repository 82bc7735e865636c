import { expect, it } from 'vitest';
import { parseConnections } from '../../src/grammar/connections.ts';
import { outputOf } from './transcript.ts';

const connections = parseConnections(outputOf('traffic', 'ipvsadm -Lcn'));

it('reads each entry of the table', () => {
  expect(connections).toHaveLength(outputOf('traffic', 'ipvsadm -Lcn').trimEnd().split('\n').length - 2);
});

it('reads connections of all kinds', () => {
  expect(connections).toContainEqual({
    protocol: 'tcp',
    expires: 14 * 60 + 51,
    state: 'ESTABLISHED',
    client: { address: '2001:db8::100', port: 39910 },
    virtual: { address: '2001:db8::1', port: 80 },
    fwmark: null,
    realServer: { address: 'fd00::2', port: 80 },
    template: false,
  });
  const states = new Set(connections.filter(({ template }) => !template).map(({ state }) => state));
  expect(states).toEqual(new Set(['ESTABLISHED', 'CLOSE_WAIT', 'SYN_RECV', 'UDP']));
});

it('tells templates of persistence from connections', () => {
  const templates = connections.filter(({ template }) => template);
  expect(templates.map(({ client, virtual }) => `${client.address} ${virtual.port}`)).toEqual([
    '1.2.3.100 0',
    '2001:db8:: 80',
    '1.2.3.100 5060',
  ]);
});

it('reads the firewall mark of a template', () => {
  const templates = parseConnections(outputOf('traffic-by-mark', 'ipvsadm -Lcn')).filter(({ template }) => template);
  expect(templates.map(({ protocol, fwmark }) => ({ protocol, fwmark }))).toEqual([
    { protocol: null, fwmark: 7 },
    { protocol: null, fwmark: 7 },
  ]);
});

it('passes over the data of a persistence engine', () => {
  expect(parseConnections(outputOf('traffic', 'ipvsadm -Lcn --persistent-conn'))).toEqual(connections);
});

it('reads long expiries', () => {
  const line = 'TCP 44640:00 NONE 1.2.3.100:0 1.2.3.1:80 192.168.1.2:80';
  expect(parseConnections(line)[0]?.expires).toBe(31 * 86400);
});

it.each([
  'ICMP 00:01 NONE 1.2.3.100:0 1.2.3.1:80 192.168.1.2:80',
  'TCP soon NONE 1.2.3.100:0 1.2.3.1:80 192.168.1.2:80',
  'TCP 00:01 NONE client.example.org:0 1.2.3.1:80 192.168.1.2:80',
  'TCP 00:01 NONE 1.2.3.100:0 1.2.3.1:80',
])('refuses %j', (line) => {
  expect(() => parseConnections(line)).toThrow('ipvsadm -Lcn: line 1');
});
