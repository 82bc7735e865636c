import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { TerminalConfirmation } from '../../src/output/confirmation-view.ts';
import type { Pending } from '../../src/router/pending.ts';

const pending: Pending = {
  holder: ['ann', 'desk', '2026-01-01T00:00:00Z', 'lvs apply --confirm 65'],
  until: '2026-01-01T00:01:05Z',
  seconds: 65,
  routers: ['lvs1', 'lvs2'],
  file: null,
};

class Keyboard extends EventEmitter {
  isTTY = true;
  raw = false;
  reading = false;
  setRawMode(raw: boolean) {
    this.raw = raw;
  }
  resume() {
    this.reading = true;
  }
  pause() {
    this.reading = false;
  }
}

describe('waiting for a confirmation', () => {
  let keyboard: Keyboard;
  let written: string;
  let decisions: string[];
  const view = (isTTY = true) => {
    keyboard.isTTY = isTTY;
    const output = { isTTY, write: (text: string) => (written += text) };
    return new TerminalConfirmation(keyboard, output, () => decisions.push('interrupted'));
  };
  beforeEach(() => {
    keyboard = new Keyboard();
    written = '';
    decisions = [];
  });

  it.each([
    ['y', ['keep']],
    ['N', ['back']],
    [' \r\u0004x\u001b[A', []],
    ['\u0003', ['interrupted']],
  ])('takes %j for %j', (keys, expected) => {
    const shown = view();
    shown.begin(pending, (decision) => decisions.push(decision));
    keyboard.emit('data', Buffer.from(keys));
    expect(decisions).toEqual(expected);
    shown.end();
  });

  it('counts down in one line, and leaves the terminal as it was', () => {
    const shown = view();
    shown.begin(pending, () => {});
    expect([keyboard.raw, keyboard.reading]).toEqual([true, true]);
    for (const left of [65, 64.9, 64.1, 60]) shown.show(left);
    expect(written.match(/\d:\d\d left/g)).toEqual(['1:05 left', '1:00 left']);
    shown.end();
    expect([keyboard.raw, keyboard.reading, keyboard.listenerCount('data')]).toEqual([false, false, 0]);
    expect(written.endsWith('\r\u001b[K')).toBe(true);
  });

  it('says once how to confirm where there is no terminal, and reads nothing', () => {
    const shown = view(false);
    shown.begin(pending, () => {});
    shown.show(30);
    shown.end();
    expect(written).toBe(
      'applied on lvs1 and lvs2; everything goes back by itself at 2026-01-01T00:01:05Z, 65 s after it began, unless "lvs confirm" is run before\n',
    );
    expect(keyboard.reading).toBe(false);
  });
});
