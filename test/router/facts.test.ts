import { expect, it } from 'vitest';
import { parseFacts } from '../../src/router/facts.ts';

it('reads what the agent tells of a router', () => {
  const text = `
ssh 192.168.1.5 50000 192.168.1.11 22
missing ipvsadm
missing arping
arping habets
process keepalived
process keepalived
process nanny
systemd
file /etc/keepalived/keepalived.conf
`;
  expect(parseFacts(text)).toEqual({
    sessionAddress: '192.168.1.11',
    missing: ['ipvsadm', 'arping'],
    arping: 'habets',
    systemd: true,
    rivals: ['keepalived', 'nanny', '/etc/keepalived/keepalived.conf'],
  });
});

it('knows of no address where the session came over no network', () => {
  expect(parseFacts('ssh \n')).toEqual({
    sessionAddress: null,
    missing: [],
    arping: 'iputils',
    systemd: false,
    rivals: [],
  });
});
