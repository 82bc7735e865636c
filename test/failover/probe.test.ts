import { describe, expect, test } from 'vitest';
import type { Surveyed } from '../../src/converge/survey.ts';
import { requireNobodyHolds } from '../../src/failover/probe.ts';
import type { Result } from '../../src/router/runner.ts';
import { errorOf } from '../converge/support/simulated-pair.ts';

const ipv6 = { address: '2001:db8::1', prefix: 128, device: 'eth0', label: null, role: 'virtual-server' } as const;

/** A target whose ping and neighbour table say this of an IPv6 floating address. */
function targetThat(ping: Partial<Result>, neighbours: string): { target: Surveyed; ran: string[] } {
  const ran: string[] = [];
  const run = async (argv: readonly string[], input?: string | null): Promise<Result> => {
    ran.push(argv.join(' '));
    const nothing = { status: 0, stdout: '', stderr: '' };
    if (input?.startsWith('0 ping ')) return { ...nothing, stdout: `0 ${ping.status} ${ping.stderr ?? ''}\n` };
    return { ...nothing, stdout: argv[2] === 'show' ? neighbours : '' };
  };
  const desired = { floating: new Map([[ipv6.address, ipv6]]) };
  return { target: { name: 'lvs2', runner: { run }, live: { addresses: [] }, desired } as unknown as Surveyed, ran };
}

describe('the probe for an IPv6 address', () => {
  test.each([
    ['answers to ping', { status: 0 }, '2001:db8::1 lladdr 02:00:00:00:00:01 REACHABLE\n'],
    ['answers as a neighbour only', { status: 1 }, '2001:db8::1 lladdr 02:00:00:00:00:01 DELAY\n'],
  ])('refuses where somebody %s', async (_, ping, neighbours) => {
    const { target, ran } = targetThat(ping, neighbours);
    const error = await errorOf(requireNobodyHolds(target));
    expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining('2001:db8::1 on eth0') });
    // What was known before does not count.
    expect(ran[0]).toBe('ip neigh flush to 2001:db8::1 dev eth0');
  });

  test('goes on where nobody does', async () => {
    const { target } = targetThat({ status: 1 }, '2001:db8::1 dev eth0 FAILED\n');
    await expect(requireNobodyHolds(target)).resolves.toBeUndefined();
  });

  test('refuses where that cannot be found out', async () => {
    const { target } = targetThat({ status: 127, stderr: 'sh: 1: ping: not found' }, '');
    const error = await errorOf(requireNobodyHolds(target));
    expect(error).toMatchObject({ code: 'read-failed', message: expect.stringContaining('ping: not found') });
  });
});
