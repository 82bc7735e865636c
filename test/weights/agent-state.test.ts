import { describe, expect, test } from 'vitest';
import { parseAgentReply } from '../../src/weights/agent-check.ts';
import { afterWord, askedBy, resumedAgent, silentAgent } from '../../src/weights/agent-state.ts';

/** What the agent asks for, and its percentage, after these lines. */
function after(...lines: string[]): string {
  const state = lines.reduce((state, line) => {
    const word = parseAgentReply(`${line}\n`);
    return word === null ? state : afterWord(state, word);
  }, silentAgent);
  return `${askedBy(state)} ${state.percentage}%`;
}

describe('what is not said does not change', () => {
  test.each([
    [[], 'null 100%'],
    [['50%', 'drain', 'up'], 'drain 50%'],
    [['drain', 'ready'], 'null 100%'],
    [['down', 'ready'], 'down 100%'],
    [['drain', 'down', 'up'], 'drain 100%'],
    [['drain', 'down', 'ready'], 'down 100%'],
    [['maint', 'up'], 'maint 100%'],
    [['maint', 'down', 'ready'], 'down 100%'],
    [['stopped', '10%'], 'down 10%'],
    [['fail'], 'down 100%'],
    [['50%', ''], 'null 50%'],
  ])('%j', (lines, asked) => {
    expect(after(...lines)).toBe(asked);
  });
});

test('a remark is about health, and heeded only with it', () => {
  const down = afterWord(silentAgent, { ...silentWord, health: 'down', remark: 'disk full' });
  expect(afterWord(down, { ...silentWord, remark: 'nothing new' }).remark).toBe('disk full');
  expect(afterWord(down, { ...silentWord, health: 'up' }).remark).toBeNull();
});

const silentWord = { health: null, administration: null, percentage: null, remark: null, unknown: null };

test.each(['drain', 'maint', 'down', null] as const)('a decision is enough to go on from: %s', (agent) => {
  const state = resumedAgent({ agent, load: 0.75 });
  expect([askedBy(state), state.percentage]).toEqual([agent, 75]);
});
