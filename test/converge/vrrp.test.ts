import { expect, it } from 'vitest';
import type { Planned } from '../../src/converge/planned.ts';
import { readVrrpFindings, withVrrp } from '../../src/converge/vrrp.ts';
import { electionPlaces } from '../../src/plan/election/places.ts';
import { examined } from '../doctor/support/examined.ts';
import { clusterOf, figure } from './support/simulated-pair.ts';

const elected = clusterOf(figure.replace('public:', 'failover: { engine: keepalived }\npublic:'));

/** Two routers that a run would start keepalived on; the input chain of lvs2 drops what these rules do not accept. */
function plannedWith(rules: string, about: Partial<Planned> = {}): Planned[] {
  return (['lvs1', 'lvs2'] as const).map((name) => {
    const { router, desired, state: live } = examined(name, elected);
    const listing = name === 'lvs2' ? `*filter\n:INPUT DROP [0:0]\n${rules}\nCOMMIT\n` : '';
    const run = async (argv: readonly string[]) =>
      argv.includes('iptables-save')
        ? { status: 0, stdout: listing, stderr: '' }
        : { status: 127, stdout: '', stderr: '' };
    const plan = { changes: [{ key: electionPlaces.config }], notes: [] };
    return {
      name,
      router,
      desired,
      live,
      runner: { run },
      election: 'not running',
      plan,
      ...about,
    } as unknown as Planned;
  });
}

const obstaclesOf = (planned: readonly Planned[]) => planned.map(({ obstacles = [] }) => obstacles.length);

it('refuses to start keepalived behind a firewall that drops VRRP', async () => {
  const planned = await withVrrp(plannedWith('-A INPUT -p icmp -j ACCEPT'), elected, {});
  expect(obstaclesOf(planned)).toEqual([0, 1]);
  expect(planned[1]?.obstacles?.[0]).toMatchObject({
    code: 'refused',
    exitStatus: 4,
    message: expect.stringContaining('the firewall does not let the election of keepalived'),
    hint: 'on lvs2: iptables -I INPUT -i eth1 -p vrrp -j ACCEPT',
  });
});

it('is silent where VRRP passes, and only notes what is not known or forced', async () => {
  expect(obstaclesOf(await withVrrp(plannedWith('-A INPUT -p vrrp -j ACCEPT'), elected, {}))).toEqual([0, 0]);
  const unknown = await withVrrp(plannedWith('-A INPUT -m set --match-set peers src -j ACCEPT'), elected, {});
  expect(obstaclesOf(unknown)).toEqual([0, 0]);
  expect(unknown[1]?.plan.notes).toEqual([expect.stringContaining('it is not known whether')]);
  const forced = await withVrrp(plannedWith(''), elected, { force: true, always: true });
  expect(obstaclesOf(forced)).toEqual([0, 0]);
  expect(forced[1]?.plan.notes).toEqual([expect.stringContaining('does not let')]);
});

it('does not look where keepalived runs already, unless addresses are to move', async () => {
  const running = plannedWith('', { election: 'BACKUP' });
  expect(obstaclesOf(await withVrrp(running, elected, {}))).toEqual([0, 0]);
  expect(obstaclesOf(await withVrrp(running, elected, { always: true }))).toEqual([0, 1]);
  expect(obstaclesOf(await withVrrp(plannedWith(''), clusterOf(figure), { always: true }))).toEqual([0, 0]);
});

it('tells for a status why both routers are master', async () => {
  const found = await readVrrpFindings(elected, plannedWith(''));
  expect([...found.values()].map((findings) => findings.map(({ id }) => id))).toEqual([[], ['firewall-vrrp']]);
});
