import { expect, test } from 'vitest';
import { Terminal } from '../../../src/output/watch/terminal.ts';

function terminal() {
  const written: string[] = [];
  return { written, terminal: new Terminal({ columns: 40, rows: 5, write: (text) => written.push(text) }) };
}

test('a terminal is entered and left once, whatever happens', () => {
  const { written, terminal: screen } = terminal();
  screen.leave();
  screen.draw(['too early']);
  expect(written).toEqual([]);
  screen.enter();
  screen.enter();
  screen.leave();
  screen.leave();
  expect(written.join('')).toBe('\u001b[?1049h\u001b[?25l\u001b[2J\u001b[?25h\u001b[?1049l');
});

test('only lines that differ are drawn, and what is beyond them goes', () => {
  const { written, terminal: screen } = terminal();
  screen.enter();
  screen.draw(['one', 'two', 'three']);
  written.length = 0;
  screen.draw(['one', 'TWO']);
  screen.draw(['one', 'TWO']);
  expect(written).toEqual(['\u001b[2;1H\u001b[KTWO\u001b[3;1H\u001b[K']);
  screen.clear();
  screen.draw(['one', 'TWO']);
  expect(written.join('')).toContain('\u001b[1;1H\u001b[Kone');
});
