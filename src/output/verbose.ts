import { shellWords } from '../grammar/shell.ts';
import { type AnsweredRequest, onRequest } from '../router/request-channel.ts';
import { onWaiting, onWaitingOver } from '../router/waiting-channel.ts';
import type { Paint } from './paint.ts';

interface Output {
  write(text: string): unknown;
}

/** Part of the terminal that is redrawn: lines of others would break it. */
export interface Redrawn {
  /** @param text null: the wait for that router is over */
  waiting(router: string, text: string | null): void;
  say(text: string): void;
}

let redrawn: Redrawn | null = null;

/** Passes the lines below to `target` instead. Returns what ends that. */
export function divertTo(target: Redrawn): () => void {
  redrawn = target;
  return () => {
    if (redrawn === target) redrawn = null;
  };
}

/** Tells of every request to a router from now on. */
export function tellOfRequests(output: Output, paint: Paint): void {
  onRequest((request) => {
    const line = paint.quiet(renderRequest(request));
    if (redrawn === null) output.write(`${line}\n`);
    else redrawn.say(line);
  });
}

/** Tells from now on which router is waited for, and for which request. */
export function tellOfWaiting(output: Output): void {
  onWaiting(({ router, what, seconds }) => {
    const text = `waiting for ${router}: ${what} (${seconds} s)`;
    if (redrawn === null) output.write(`lvs: ${text}\n`);
    else redrawn.waiting(router, text);
  });
  onWaitingOver((router) => redrawn?.waiting(router, null));
}

/** One line for a request: `lvs1# ipvsadm -Sn  0.012 s`. */
export function renderRequest({ router, verb, words, input, status, milliseconds }: AnsweredRequest): string {
  const time = `${(milliseconds / 1000).toFixed(3)} s`;
  const ended = status === 0 ? '' : `, status ${status}`;
  if (verb !== 'run' && verb !== 'apart') return `${router}: ${steps[verb] ?? verb}  ${time}${ended}`;
  const lines = input === '' ? '' : ` # ${input.trimEnd().split('\n').length} lines`;
  return `${router}# ${shellWords(words)}${verb === 'apart' ? ' &' : ''}${lines}  ${time}${ended}`;
}

const steps: Readonly<Record<string, string>> = { facts: 'reached, and looked around', lock: 'lock', unlock: 'unlock' };
