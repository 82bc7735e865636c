import { expect, test } from 'vitest';
import type { InspectedRouter, Inspection } from '../../src/converge/inspect.ts';
import { outages } from '../../src/output/status-faults.ts';
import { figureCluster } from '../converge/support/simulated-pair.ts';

const both = ['1.2.3.1', '192.168.1.254'];

/** Both routers have the floating addresses. */
function conflict(firewall: InspectedRouter['firewall']): Inspection {
  const routers = ['lvs1', 'lvs2'].map((name) => ({
    name,
    plan: { role: 'conflict' },
    held: both,
    declared: both,
    firewall,
  }));
  return { routers: routers as unknown as InspectedRouter[], unreachable: [] };
}

test('two masters that a firewall keeps from hearing each other are sent to the firewall first', () => {
  const blocked = [{ what: 'VRRP of lvs2 is dropped', mend: 'iptables -I INPUT -p vrrp -j ACCEPT' }];
  expect(outages(figureCluster, conflict(blocked), [])).toEqual([
    'lvs1 and lvs2 both have floating addresses: lvs1: VRRP of lvs2 is dropped: "iptables -I INPUT -p vrrp -j ACCEPT" there, then "lvs failover --to ROUTER"',
  ]);
});

test('two owners for another reason are sent to a failover', () => {
  expect(outages(figureCluster, conflict([]), [])).toEqual([
    'lvs1 and lvs2 both have floating addresses: "lvs failover --to ROUTER" resolves it',
  ]);
});
