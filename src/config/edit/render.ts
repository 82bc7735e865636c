import { parse } from 'yaml';

/** A value in the file's own vocabulary. */
export type Value = string | number | boolean | readonly Value[] | Settings;

export interface Settings {
  readonly [key: string]: Value;
}

/** `{ address: 192.168.1.3, weight: 2 }`, `[1.2.3.1, 1.2.3.2]`, or a plain word: on one line, for use within braces too. */
export function flow(value: Value): string {
  if (typeof value === 'string') return quotedUnless(value, /^[A-Za-z0-9./_:-][A-Za-z0-9./_:@+%-]*$/);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(flow).join(', ')}]`;
  const pairs = Object.entries(value).map(([key, inner]) => flowPair(key, inner));
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

export function flowPair(key: string, value: Value): string {
  return `${flow(key)}: ${flow(value)}`;
}

/** A value on the line of its key in a block: brackets need no quotes there, except in front. */
export function inline(value: Value): string {
  return typeof value === 'string' ? quotedUnless(value, /^[A-Za-z0-9./_:-][A-Za-z0-9./_:@+%[\]-]*$/) : flow(value);
}

/** The lines of `key` with `value` in a block, `indent` columns in; lists of real servers have a line each. */
export function blockPair(key: string, value: Value, indent: number, step: number): string[] {
  const margin = ' '.repeat(indent);
  if (key === 'real-servers' && isList(value) && value.length > 0) {
    return [`${margin}${key}:`, ...value.map((item) => `${margin}${' '.repeat(step)}- ${inline(item)}`)];
  }
  return [`${margin}${flow(key)}: ${inline(value)}`];
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Plain where it is safe and YAML reads it back as the same text. */
function quotedUnless(text: string, safe: RegExp): string {
  return safe.test(text) &&
    !text.endsWith(':') &&
    !/^[-:.]*$/.test(text) &&
    !/^[-:]\s/.test(text) &&
    parse(text) === text
    ? text
    : JSON.stringify(text);
}
