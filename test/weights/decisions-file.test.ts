import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decisions } from '../../src/weights/decisions.ts';
import { parseDecisions, renderDecisions } from '../../src/weights/decisions-file.ts';

const decisions: Decisions = {
  pid: 42,
  updated: '2026-01-02T03:04:05.678Z',
  virtualServers: new Map([
    [
      'tcp://1.2.3.1:80',
      {
        sorry: true,
        realServers: new Map([
          [
            '192.168.1.2:80',
            {
              configured: 2,
              weight: 0,
              present: false,
              health: 'down',
              agent: 'maint',
              load: 0.75,
              ramp: '2026-01-02T03:04:05.000Z',
              since: '2026-01-02T03:04:05.000Z',
              reason: 'check failed: connection refused',
            },
          ],
        ]),
      },
    ],
  ]),
};

describe('the file of decisions', () => {
  it('says what was written', () => {
    expect(parseDecisions(renderDecisions(decisions))).toEqual({ decisions, fault: null });
  });

  it.each([
    ['nothing', '', 'it is empty'],
    ['half of it', renderDecisions(decisions).slice(0, 60), 'it is no whole JSON document'],
    ['another version', '{"version":2}', 'version'],
    ['a weight below 0', renderDecisions(decisions).replace('"weight":0', '"weight":-1'), 'weight'],
    ['no time', renderDecisions(decisions).replace('03:04:05.678', 'noon'), 'updated'],
  ])('is not believed where it is %s', (_, text, fault) => {
    expect(parseDecisions(text)).toEqual({ decisions: null, fault: expect.stringContaining(fault) });
  });

  it('is never the end of whoever reads it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseDecisions(text).decisions).toBeNull();
      }),
    );
  });
});
