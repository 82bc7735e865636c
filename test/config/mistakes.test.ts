import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { LvsError } from '../../src/model/errors.ts';
import type { Case } from './mistakes/case.ts';
import { mistakesInMonitoring } from './mistakes/monitoring.ts';
import { mistakesInNetworks } from './mistakes/networks.ts';
import { mistakesInRealServers } from './mistakes/real-servers.ts';
import { severalMistakes } from './mistakes/several.ts';
import { mistakesInStructure } from './mistakes/structure.ts';
import { mistakesInText } from './mistakes/text.ts';
import { mistakesInVirtualServers } from './mistakes/virtual-servers.ts';

const tables: Record<string, readonly Case[]> = {
  text: mistakesInText,
  structure: mistakesInStructure,
  'virtual servers': mistakesInVirtualServers,
  'real servers': mistakesInRealServers,
  monitoring: mistakesInMonitoring,
  networks: mistakesInNetworks,
  several: severalMistakes,
};

describe.each(Object.entries(tables))('mistakes: %s', (_, cases) => {
  test.each(cases)('%s', (_what, text, messages) => {
    const error = errorOf(text);
    const found = error.details.map(({ line, column, message }) => `${line}:${column} ${message}`);
    expect(found).toEqual(messages);
  });
});

test('the error counts the mistakes, and each detail has its parts', () => {
  const error = errorOf('public: { device: eth0, prefix: 40 }\nfailover: { engine: manaul }\n');
  expect(error.code).toBe('invalid-input');
  expect(error.message).toBe('lvs.yaml has 2 mistakes');
  expect(error.details[1]).toEqual({
    message: 'failover.engine: found "manaul"; allowed: manual, keepalived; did you mean "manual"?',
    file: 'lvs.yaml',
    line: 2,
    column: 21,
    found: '"manaul"',
    allowed: 'manual, keepalived',
    hint: 'did you mean "manual"?',
  });
});

function errorOf(text: string): LvsError {
  try {
    parseConfig(text, 'lvs.yaml');
  } catch (error) {
    if (error instanceof LvsError) return error;
    throw error;
  }
  throw new Error('it was taken as sound');
}
