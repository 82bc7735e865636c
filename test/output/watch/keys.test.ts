import { describe, expect, test } from 'vitest';
import { type Key, press } from '../../../src/output/watch/keys.ts';
import { startState, type WatchState } from '../../../src/output/watch/state.ts';

const shown = { details: true, page: 10 };

function key(sequence: string, name: string = sequence): Key {
  return { sequence, name };
}

/** What keys make of a watch, one after the other. */
function pressed(state: WatchState, ...keys: Key[]): WatchState {
  return keys.reduce((current, each) => {
    const next = press(current, each, shown);
    if (typeof next === 'string') throw new Error(`it came to ${next}`);
    return next;
  }, state);
}

const start = startState('lvs.yaml', 2);

describe('keys of a watch', () => {
  test('end it, interrupt it, suspend it, also while the filter is typed', () => {
    expect(press(start, key('q'), shown)).toBe('quit');
    for (const typing of [false, true]) {
      expect(press({ ...start, typing }, { name: 'c', ctrl: true }, shown)).toBe('interrupt');
      expect(press({ ...start, typing }, { name: 'z', ctrl: true }, shown)).toBe('suspend');
    }
  });

  test('go round the ways to sort', () => {
    const seen = [1, 2, 3, 4].map((times) => pressed(start, ...Array.from({ length: times }, () => key('s'))).sort);
    expect(seen).toEqual(['connections', 'rate', 'name', 'attention']);
  });

  test('type a filter, in which q is a letter', () => {
    const typed = pressed(start, key('/'), key('w'), key('q'), key('ö'), key('\u007f', 'backspace'));
    expect(typed).toMatchObject({ typing: true, filter: 'wq' });
    expect(pressed(typed, key('\u001b[A', 'up'))).toEqual(typed);
    expect(pressed(typed, key('\r', 'return'))).toMatchObject({ typing: false, filter: 'wq' });
    expect(pressed(typed, key('\u001b', 'escape'))).toMatchObject({ typing: false, filter: '' });
    expect(pressed({ ...start, filter: 'wq' }, key('\u001b', 'escape'))).toMatchObject({ filter: '' });
  });

  test('scroll, and not above the first line', () => {
    expect(pressed(start, key('\u001b[B', 'down'), key('\u001b[6~', 'pagedown'))).toMatchObject({ offset: 11 });
    expect(pressed({ ...start, offset: 3 }, key('\u001b[5~', 'pageup'))).toMatchObject({ offset: 0 });
    expect(pressed({ ...start, offset: 3 }, key('\u001b[H', 'home'))).toMatchObject({ offset: 0 });
  });

  test('turn the details over, from what is shown', () => {
    expect(pressed(start, key('d'))).toMatchObject({ details: false });
  });

  test('that mean nothing change nothing', () => {
    expect(pressed(start, key('x'), { name: 'a', ctrl: true })).toEqual(start);
  });
});
