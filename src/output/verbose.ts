import { shellWords } from '../grammar/shell.ts';
import { type AnsweredRequest, onRequest } from '../router/request-channel.ts';
import { onWaiting } from '../router/waiting-channel.ts';
import type { Paint } from './paint.ts';

/** Tells of every request to a router from now on. */
export function tellOfRequests(output: { write(text: string): unknown }, paint: Paint): void {
  onRequest((request) => output.write(`${paint.quiet(renderRequest(request))}\n`));
}

/** Tells from now on whom a request to a router keeps waiting, and which one. */
export function tellOfWaiting(output: { write(text: string): unknown }): void {
  onWaiting(({ router, what, seconds }) => output.write(`lvs: waiting for ${router}: ${what} (${seconds} s)\n`));
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
