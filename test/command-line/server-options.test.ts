import { describe, expect, test } from 'vitest';
import { settingsOf } from '../../src/command-line/server-options.ts';

const gue = { type: 'gue', port: 6080, checksum: 'none' } as const;

describe('options as keys of lvs.yaml', () => {
  test.each([
    ['numbers and words', { weight: '2', scheduler: 'wlc' }, null, { weight: 2, scheduler: 'wlc' }],
    [
      'a number that would not stay as it was typed',
      { weight: '99999999999999999999' },
      null,
      { weight: '99999999999999999999' },
    ],
    ['leading zeros', { weight: '010' }, null, { weight: '010' }],
    ['nothing but a zero', { weight: '0' }, null, { weight: 0 }],
    ['lists', { flags: 'sh-port,sh-fallback' }, null, { flags: ['sh-port', 'sh-fallback'] }],
    ['none takes a key away', { persistent: 'none' }, null, { persistent: null }],
    [
      'a new tunnel',
      { forward: 'tunnel', 'tunnel-type': 'gue', 'tunnel-port': '6080' },
      null,
      { forward: 'tunnel', tunnel: { type: 'gue', port: 6080 } },
    ],
    ['an option of the declared tunnel', { 'tunnel-port': '7000' }, gue, { tunnel: { type: 'gue', port: 7000 } }],
    ['another type of tunnel', { 'tunnel-type': 'ipip' }, gue, { tunnel: { type: 'ipip' } }],
    ['no tunnel any more', { forward: 'masq' }, gue, { forward: 'masq', tunnel: null }],
    ['what is none of them', { yes: true, config: 'lvs.yaml' }, gue, {}],
  ])('%s', (_, given, declared, expected) => {
    expect(settingsOf(given, declared)).toEqual(expected);
  });
});
