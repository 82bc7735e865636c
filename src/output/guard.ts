import { randomInt } from 'node:crypto';
import { escaped } from '../model/visible.ts';

/*
 * Whatever this program writes goes through here last: control characters reach a terminal only where the program itself put
 * them. Those carry a mark that was chosen at random and that no text from outside can hold: characters without a width, so
 * that tables and lines come out the same.
 */

const mark = Array.from({ length: 16 }, () => String.fromCharCode(0x80 + randomInt(16))).join('');
const control = String.raw`[^\P{Cc}\n\t]`;
const ownOrOther = new RegExp(`${mark}${control}|${control}|[\\u2028-\\u202e\\u2066-\\u2069]`, 'gu');
const markedOrNot = new RegExp(`(?:${mark})?(${control})`, 'gu');

interface Output {
  write(chunk: string | Uint8Array, ...rest: never[]): boolean;
}

/** What streams did before they were guarded. */
const originals = new WeakMap<object, Output['write']>();
let isActive = false;

/** From now on nothing but what is the program's own steers the terminal behind this stream. */
export function guard(stream: NodeJS.WriteStream): void {
  const original = stream.write.bind(stream) as Output['write'];
  originals.set(stream, original);
  isActive = true;
  stream.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return original(released(text), ...rest);
  }) as typeof stream.write;
}

/** The stream as it was before, for what knows the terminal itself: it must be given no text of others. */
export function unguarded<T extends object>(stream: T): T {
  const write = originals.get(stream);
  if (write === undefined) return stream;
  return new Proxy(stream, { get: (target, key) => (key === 'write' ? write : Reflect.get(target, key, target)) });
}

/** A text of others, or one that is put together already: what is the program's own in it stays as it is. */
export function harmless(text: string): string {
  return isActive ? text.replaceAll(ownOrOther, (found) => (isOwn(found) ? found : escaped(found))) : text;
}

/** Control sequences of the program itself, with nothing else in them. */
export function own(sequences: string): string {
  return isActive ? sequences.replaceAll(markedOrNot, `${mark}$1`) : sequences;
}

function released(text: string): string {
  return text.replaceAll(ownOrOther, (found) => (isOwn(found) ? found.slice(mark.length) : escaped(found)));
}

function isOwn(found: string): boolean {
  return found.length > mark.length;
}
