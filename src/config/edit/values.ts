import type { Path } from '../mistake.ts';
import type { Changes } from './mapping.ts';

/** What an edit does to the one value that it is about; undefined is no value at all, before and after. */
export type Replace = (before: unknown) => unknown;

/** The file's value with another one at `path`: what an edit of the text must come to. */
export function replacedAt(value: unknown, path: Path, replace: Replace): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return replace(value);
  if (typeof step === 'number') {
    const list: readonly unknown[] = Array.isArray(value) ? value : [];
    const inner = replacedAt(list[step], rest, replace);
    return [...list.slice(0, step), ...(inner === undefined ? [] : [inner]), ...list.slice(step + 1)];
  }
  const { [step]: before, ...others } = mappingOf(value);
  const inner = replacedAt(before, rest, replace);
  // In the place that it had: virtual servers have an order.
  return inner === undefined ? others : { ...mappingOf(value), [step]: inner };
}

export function withChanges(changes: Changes): Replace {
  return (before) => {
    const changed = Object.entries({ ...mappingOf(before), ...changes });
    return Object.fromEntries(changed.filter(([key]) => changes[key] !== null));
  };
}

/** An address alone becomes a mapping. */
export function realServerChanged(changes: Changes): Replace {
  return (before) => withChanges(changes)(typeof before === 'string' ? { address: before } : before);
}

export function removed(): undefined {
  return undefined;
}

/** Whether two values of the file say the same; a section that is empty says what one without a value does. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  return isMapping(a) && isMapping(b) ? keysThatDiffer(a, b).length === 0 : a === b;
}

/** The keys under which two mappings have different values. */
export function keysThatDiffer(a: unknown, b: unknown): string[] {
  const [one, other] = [mappingOf(a), mappingOf(b)];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].filter((key) => !sameValue(one[key], other[key]));
}

type Mapping = Readonly<Record<string, unknown>>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mappingOf(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || value === undefined || (isMapping(value) && Object.keys(value).length === 0);
}
