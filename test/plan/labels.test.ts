import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeldAddress } from '../../src/model/state.ts';
import type { Desired, FloatingAddress } from '../../src/plan/desired.ts';
import { freeLabels } from '../../src/plan/labels.ts';

function desiredWith(labels: readonly string[]): Pick<Desired, 'floating'> {
  const floating = labels.map((label, index): [string, FloatingAddress] => [
    `1.2.3.${index}`,
    { address: `1.2.3.${index}`, prefix: 32, device: 'eth0', label, role: 'virtual-server' },
  ]);
  return { floating: new Map(floating) };
}

function heldWith(labels: readonly (string | null)[]): HeldAddress[] {
  return labels.map((label, index) => ({
    address: `10.0.0.${index}`,
    prefix: 32,
    device: 'eth0',
    label,
    secondary: false,
  }));
}

const label = fc.integer({ min: 1, max: 9 }).map((number) => `eth0:${number}`);
const device = fc.constantFrom('eth0', 'eth1', 'enp0s31f6', 'enx0123456789a', 'enx0123456789ab');

describe('labels', () => {
  it('are handed out once each, no longer than the kernel takes, and never one that is taken', () => {
    fc.assert(
      fc.property(fc.array(label), fc.array(label), fc.array(device, { maxLength: 20 }), (live, declared, devices) => {
        const free = freeLabels(heldWith(live), desiredWith(declared));
        const labels = devices.map((name) => free(name)).filter((one) => one !== null);
        expect(new Set(labels).size).toBe(labels.length);
        for (const one of labels) {
          expect(one.length).toBeLessThanOrEqual(15);
          expect([...live, ...declared]).not.toContain(one);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('begin with the name of the device, and count from 1', () => {
    const free = freeLabels(heldWith(['eth0:2', null]), desiredWith(['eth0:3']));
    expect([free('eth0'), free('eth0'), free('eth1'), free('eth0.100')]).toEqual([
      'eth0:1',
      'eth0:4',
      'eth1:1',
      'eth0.100:1',
    ]);
  });

  it('are not handed out where the name leaves no room', () => {
    const free = freeLabels([], desiredWith([]));
    expect(free('enx0123456789a')).toBeNull();
    const long = Array.from({ length: 10 }, () => free('enx0123456789'));
    expect(long.slice(0, 9)).toEqual(Array.from({ length: 9 }, (_, index) => `enx0123456789:${index + 1}`));
    expect(long[9]).toBeNull();
  });
});
