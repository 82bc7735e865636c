import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEmpty, remainsOf, sumOf } from '../../src/model/draining.ts';

const number = fc.nat(1000);
const occupancy = fc.record({ weight: number, active: number, inactive: number, templates: number });

describe('what remains', () => {
  it('is every entry of the table once, whatever was counted', () => {
    fc.assert(
      fc.property(occupancy, number, fc.boolean(), (table, open, bound) => {
        const { connections, closed } = remainsOf(table, open, bound);
        expect(connections + closed).toBe(table.active + table.inactive);
        expect(connections).toBeGreaterThanOrEqual(table.active);
        expect(closed).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it.each([
    [{ active: 0, inactive: 9, templates: 9 }, 0, false, true],
    [{ active: 1, inactive: 0, templates: 0 }, 0, false, false],
    [{ active: 0, inactive: 9, templates: 0 }, 1, false, false],
    [{ active: 0, inactive: 0, templates: 1 }, 0, true, false],
    [{ active: 0, inactive: 0, templates: 0 }, 0, true, true],
  ])('of %j with %i open, bound %s: empty is %s', (table, open, bound, empty) => {
    expect(isEmpty(remainsOf({ weight: 0, ...table }, open, bound))).toBe(empty);
  });

  it('is empty in sum exactly where it is everywhere', () => {
    const remains = fc.record({ connections: fc.nat(1), closed: fc.nat(1), templates: fc.nat(1) });
    fc.assert(fc.property(fc.array(remains), (all) => isEmpty(sumOf(all)) === all.every(isEmpty)));
  });
});
