import {
  armScript,
  disarmScript,
  fireScript,
  keepScript,
  lookScript,
  reviveScript,
  watchScript,
} from '../plan/rollback/scripts.ts';
import { renderSteps, type WayBackStep } from '../plan/rollback/steps.ts';
import type { Holder, Result, Runner } from './runner.ts';

/** What a run that waits to be confirmed is about: the same on all of its routers. */
export interface Pending {
  readonly holder: Holder;
  /** When everything goes back, by the clock of the machine that armed it; ISO 8601. */
  readonly until: string;
  /** How long it may be confirmed. */
  readonly seconds: number;
  /** The routers on which it is armed. */
  readonly routers: readonly string[];
  /** The configuration that it edits, and on which machine; null: none. */
  readonly file: string | null;
}

/** What a router says of the last run that was to be confirmed. */
export interface PendingState {
  /** `none`: there was none. `pending` may be confirmed still; `going-back` and what follows may not. */
  readonly state: 'none' | 'pending' | 'going-back' | 'confirmed' | 'put-back' | 'failed';
  /** Null exactly where there was none. */
  readonly pending: Pending | null;
  /** Seconds in which it may be confirmed; null where it may not. */
  readonly left: number | null;
  /** To be rolled back by a process, the watcher, that is gone. */
  readonly unwatched: boolean;
  /** What failed when it was put back. */
  readonly report: readonly string[];
}

export interface Armament {
  readonly pending: Pending;
  readonly steps: readonly WayBackStep[];
  /** Whether rules are compared with what was there. */
  readonly rules: boolean;
  /** Files that are compared. */
  readonly paths: readonly string[];
}

/** Starts what puts a run back by itself. The lock is held. Says what failed; null: nothing. */
export async function arm(runner: Runner, { pending, steps, rules, paths }: Armament): Promise<string | null> {
  const input = renderSteps(steps);
  const lasting = renderSteps(steps.filter(isAboutFiles));
  const [bytes = '', left = ''] = [Buffer.byteLength(input), Math.round(pending.seconds * 100)].map(String);
  const own = [String(Buffer.byteLength(lasting)), rules ? 'yes' : 'no', String(paths.length), ...paths];
  const words = [bytes, watchScript, left, ...own, ...aboutLines(pending)];
  const result = await runner.run(['sh', '-c', armScript, 'arm', ...words], `${input}${lasting}`);
  return result.status === 0 ? null : wordsOf(result);
}

/** What a router that is started anew still has of a run. */
function isAboutFiles(step: WayBackStep): boolean {
  return step.verb !== 'at' && step.stage === 'files';
}

/** Puts an end to it, where everything is as it was already. */
export async function disarm(runner: Runner): Promise<void> {
  await runner.run(['sh', '-c', disarmScript, 'disarm']);
}

/** Whether what was done is kept; false: it is too late for that. */
export async function keep(runner: Runner): Promise<boolean> {
  return (await runner.run(['sh', '-c', keepScript, 'keep'])).status === 0;
}

/** Starts another watcher in place of one that is gone. Says whether there is one then. */
export async function revive(runner: Runner): Promise<boolean> {
  return (await runner.run(['sh', '-c', reviveScript, 'revive'])).status === 0;
}

/** Has it put back at once. */
export async function fire(runner: Runner, why: string): Promise<void> {
  await runner.run(['sh', '-c', fireScript, 'fire', why]);
}

export async function readPending(runner: Runner): Promise<PendingState> {
  return parsePending((await runner.run(['sh', '-c', lookScript, 'look'])).stdout);
}

const states = {
  armed: 'pending',
  firing: 'going-back',
  confirmed: 'confirmed',
  'put-back': 'put-back',
  failed: 'failed',
} as const;

export function parsePending(text: string): PendingState {
  const lines = text.split('\n');
  const all = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const [name = ''] = all('state');
  const state = name in states ? states[name as keyof typeof states] : 'none';
  if (state === 'none') return { state, pending: null, left: null, unwatched: false, report: [] };
  const [left] = all('left');
  return {
    state,
    pending: parseAbout(all('about')),
    left: state === 'pending' && left !== undefined ? Math.max(0, Number(left) / 100) : null,
    unwatched: lines.includes('unwatched'),
    report: all('report'),
  };
}

export function aboutLines({ holder, until, seconds, routers, file }: Pending): string[] {
  const lines = [...holder, until, String(seconds), routers.join(' '), file ?? ''];
  return lines.map((line) => line.replaceAll(/\s/g, ' '));
}

export function parseAbout(lines: readonly string[]): Pending {
  const [who = 'another user', from = '', since = '', doing = '', until = '', seconds = '', routers = '', file = ''] =
    lines;
  return {
    holder: [who, from, since, doing],
    until,
    seconds: Number(seconds),
    routers: routers.split(' '),
    file: file === '' ? null : file,
  };
}

function wordsOf({ status, stderr }: Result): string {
  return stderr.trim().split('\n').join('; ') || `exit status ${status}`;
}
