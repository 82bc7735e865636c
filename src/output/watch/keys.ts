import { sorts, type WatchState } from './state.ts';

/** As node:readline tells of it. */
export interface Key {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
}

/** How the table is shown at the moment, which keys turn. */
export interface Shown {
  readonly details: boolean;
  /** Lines of the table that fit. */
  readonly page: number;
}

/** What a key makes of a watch; the end and the pause are not the screen's. */
export function press(state: WatchState, key: Key, shown: Shown): WatchState | 'quit' | 'interrupt' | 'suspend' {
  if (key.ctrl === true && key.name === 'c') return 'interrupt';
  if (key.ctrl === true && key.name === 'z') return 'suspend';
  if (key.ctrl === true) return state;
  if (state.typing) return type(state, key);
  const move = moves(shown.page).get(key.name ?? '');
  if (move !== undefined) return { ...state, offset: Math.max(0, state.offset + move) };
  switch (key.sequence) {
    case 'q':
      return 'quit';
    case 's': {
      const next = sorts[(sorts.indexOf(state.sort) + 1) % sorts.length] ?? state.sort;
      return { ...state, sort: next, offset: 0 };
    }
    case '/':
    case 'f':
      return { ...state, typing: true };
    case 'd':
      return { ...state, details: !shown.details, offset: 0 };
    case '\u001b':
      return { ...state, filter: '', offset: 0 };
    default:
      return state;
  }
}

function type(state: WatchState, { name, sequence = '' }: Key): WatchState {
  if (name === 'return' || name === 'enter') return { ...state, typing: false };
  if (name === 'escape') return { ...state, typing: false, filter: '', offset: 0 };
  if (name === 'backspace') return { ...state, filter: state.filter.slice(0, -1), offset: 0 };
  // One letter that can be seen; other keys send more.
  return /^[\x20-\x7e\u00a0-\uffff]$/.test(sequence) ? { ...state, filter: state.filter + sequence, offset: 0 } : state;
}

function moves(page: number): Map<string, number> {
  return new Map([
    ['down', 1],
    ['j', 1],
    ['up', -1],
    ['k', -1],
    ['pagedown', page],
    ['space', page],
    ['pageup', -page],
    ['home', Number.NEGATIVE_INFINITY],
    ['end', Number.MAX_SAFE_INTEGER],
  ]);
}
