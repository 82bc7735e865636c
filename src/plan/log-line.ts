import { type Change, subjectOf } from './change.ts';

export interface TraceSubject {
  readonly who: string;
  readonly from: string;
  /** As it was typed. */
  readonly command: string;
  readonly result: string;
}

/** Bytes: syslog(3) and logger(1) cut what is longer than about a thousand. */
const longestLine = 800;
const longestCommand = 200;
const longestResult = 200;

/** What a run did on one router, as one line of a system log: counts first, then keys for as long as there is room. */
export function traceLine({ who, from, command, result }: TraceSubject, changes: readonly Change[]): string {
  const head = `${plain(who)}, from ${plain(from)}: ${cut(plain(command), longestCommand)}: ${cut(plain(result), longestResult)}`;
  const counts = (['add', 'change', 'remove'] as const).flatMap((action) => {
    const count = changes.filter((change) => change.action === action).length;
    return count === 0 ? [] : [`${count} to ${action}`];
  });
  // No more than what is cut off again.
  const keys = changes.slice(0, longestLine).map((change) => `${signs[change.action]}${plain(subject(change))}`);
  const whole = `${head} (${counts.join(', ')}: ${keys.join(', ')})`;
  return bytesOf(whole) <= longestLine ? whole : `${cut(whole, longestLine - 4)}...)`;
}

const signs = { add: '+', change: '~', remove: '-' } as const;

function subject(change: Change): string {
  if (change.kind === 'virtual-server') return change.key;
  if (change.kind === 'real-server') return `${change.virtualServer} -> ${change.key}${weights(change)}`;
  return subjectOf(change).replaceAll(/ +/g, ' ');
}

function weights({ before, after }: Change): string {
  const [old, now] = [before?.weight, after?.weight];
  return old === undefined || now === undefined || old === now ? '' : ` weight ${String(old)} -> ${String(now)}`;
}

/** One line whatever was typed, and nothing that a terminal would take for more than text. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

function cut(text: string, bytes: number): string {
  if (bytesOf(text) <= bytes) return text;
  const fitting = new TextEncoder().encode(text).subarray(0, bytes);
  // Half a character at the end is left out.
  return new TextDecoder().decode(fitting, { stream: true });
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
