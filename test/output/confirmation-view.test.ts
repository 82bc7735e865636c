import { EventEmitter } from 'node:events';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TerminalConfirmation } from '../../src/output/confirmation-view.ts';
import { paintFor } from '../../src/output/paint.ts';
import { tellOfRequests, tellOfWaiting } from '../../src/output/verbose.ts';
import type { Pending } from '../../src/router/pending.ts';
import { tellRequest } from '../../src/router/request-channel.ts';
import { tellWaiting, tellWaitingOver } from '../../src/router/waiting-channel.ts';

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
  const view = (isTTY = true, columns = 100) => {
    keyboard.isTTY = isTTY;
    const output = { isTTY, columns, write: (text: string) => (written += text) };
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
      'applied on lvs1 and lvs2; it will be rolled back automatically at 2026-01-01T00:01:05Z, 65 s after it began, unless "lvs confirm" is run before\n',
    );
    expect(keyboard.reading).toBe(false);
  });

  describe('beside lines of others', () => {
    let beside: string;
    const waiting = { router: 'lvs2', what: 'cat', seconds: 5 };
    beforeAll(() => {
      const output = { write: (text: string) => (beside += text) };
      tellOfWaiting(output);
      tellOfRequests(output, paintFor({}, false));
    });
    beforeEach(() => {
      beside = '';
    });

    it('names the routers that are waited for in the line of the countdown, until they answer', () => {
      const shown = view();
      shown.begin(pending, () => {});
      shown.show(40);
      tellWaiting(waiting);
      shown.show(39);
      tellWaitingOver('lvs2');
      expect(written.split('\r\u001b[K').slice(1)).toEqual([
        'keep it? y: yes, n: roll back now; 0:40 left',
        'keep it? y: yes, n: roll back now; 0:40 left; waiting for lvs2: cat (5 s)',
        'keep it? y: yes, n: roll back now; 0:39 left; waiting for lvs2: cat (5 s)',
        'keep it? y: yes, n: roll back now; 0:39 left',
      ]);
      expect(beside).toBe('');
      shown.end();
      tellWaiting(waiting);
      expect(beside).toBe('lvs: waiting for lvs2: cat (5 s)\n');
    });

    it('cuts the line to the width of the terminal', () => {
      const shown = view(true, 60);
      shown.begin(pending, () => {});
      shown.show(40);
      tellWaiting(waiting);
      expect(written.endsWith('keep it? y: yes, n: roll back now; 0:40 left; waiting for …')).toBe(true);
      shown.end();
    });

    it('prints requests on lines of their own, and draws the countdown again below them', () => {
      const shown = view();
      shown.begin(pending, () => {});
      shown.show(40);
      tellRequest({ router: 'lvs1', verb: 'run', words: ['cat', 'x'], input: '', status: 0, milliseconds: 1 });
      shown.show(40);
      expect(written.split('\r\u001b[K').slice(2)).toEqual([
        'lvs1# cat x  0.001 s\n',
        'keep it? y: yes, n: roll back now; 0:40 left',
      ]);
      expect(beside).toBe('');
      shown.end();
    });

    it('prints plain lines if there is no terminal', () => {
      const shown = view(false);
      shown.begin(pending, () => {});
      tellWaiting(waiting);
      expect(beside).toBe('lvs: waiting for lvs2: cat (5 s)\n');
      expect(written.split('\n')).toHaveLength(2);
      shown.end();
    });
  });
});
