import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/plan/change.ts';
import { traceLine } from '../../src/plan/log-line.ts';

const subject = {
  who: 'ann (uid 1000, as root)',
  from: '192.0.2.7 on desk',
  command: 'lvs apply --yes',
  result: 'done',
};

function change(about: Partial<Change>): Change {
  return {
    action: 'add',
    kind: 'virtual-server',
    virtualServer: null,
    key: 'tcp://1.2.3.1:80',
    before: null,
    after: null,
    commands: [],
    ...about,
  };
}

describe('a line of the system log', () => {
  it('says who, from where, what was typed, what became of it, and what it was about', () => {
    const changes = [
      change({}),
      change({
        action: 'change',
        kind: 'real-server',
        virtualServer: 'tcp://1.2.3.1:80',
        key: '192.168.1.2:80',
        before: { weight: 1 },
        after: { weight: 5 },
      }),
      change({ action: 'remove', kind: 'address', key: '1.2.3.9' }),
    ];
    expect(traceLine(subject, changes)).toBe(
      'ann (uid 1000, as root), from 192.0.2.7 on desk: lvs apply --yes: done (1 to add, 1 to change, 1 to remove: +tcp://1.2.3.1:80, ~tcp://1.2.3.1:80 -> 192.168.1.2:80 weight 1 -> 5, -address 1.2.3.9)',
    );
  });

  it('is one line, and not longer than logger takes, whatever was typed', () => {
    fc.assert(
      fc.property(
        fc.record({
          who: fc.string({ maxLength: 40 }),
          from: fc.string({ maxLength: 40 }),
          command: fc.string({ unit: 'binary', maxLength: 2000 }),
          result: fc.string({ unit: 'binary', maxLength: 500 }),
        }),
        fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 100 }),
        (about, keys) => {
          const line = traceLine(
            about,
            keys.map((key) => change({ key })),
          );
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(800);
          expect(line).not.toMatch(/\p{Cc}/u);
        },
      ),
    );
  });
});
