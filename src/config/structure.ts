import * as z from 'zod/mini';
import { type Mistake, type Path, type Report, shown, wrongKey, wrongValue } from './mistake.ts';
import { didYouMean, nearestWord } from './words/nearest.ts';
import { leadingZerosHint } from './words/zeros.ts';

type Issue = z.core.$ZodIssue;
type MappingSchema = z.ZodMiniObject;

/** A mapping as far as it could be understood. */
export interface Understood<Spec> {
  readonly spec: Spec;
  /** Keys that were written but could not be understood: rules about them would only confuse. */
  readonly mistaken: ReadonlySet<string>;
}

/** The schema of the mapping's own keys, to say which there are. */
function keysOf(schema: MappingSchema): string[] {
  return Object.keys(schema._zod.def.shape);
}

const narrowed = new WeakMap<MappingSchema, Map<string, MappingSchema>>();

/**
 * The schema without keys that may be missing and are, which say nothing about `value`. Of a virtual server's two dozen most are,
 * and zod takes its time and memory for each.
 */
export function narrowedTo<Schema extends MappingSchema>(schema: Schema, value: unknown): Schema {
  if (typeof value !== 'object' || value === null) return schema;
  const { shape } = schema._zod.def;
  const kept = keysOf(schema).filter((key) => Object.hasOwn(value, key) || shape[key]?._zod.optin !== 'optional');
  const known = narrowed.get(schema) ?? new Map<string, MappingSchema>();
  narrowed.set(schema, known);
  const name = kept.join(' ');
  const found = known.get(name);
  if (found !== undefined) return found as Schema;
  const rest = Object.entries(shape).filter(([key]) => kept.includes(key));
  const narrow = z.clone(schema, { ...schema._zod.def, shape: Object.fromEntries(rest) });
  known.set(name, narrow);
  return narrow;
}

/**
 * Checks `value` against `schema` and reports everything that is wrong. The keys at fault are set aside and the rest is
 * returned, so that it can be checked further; null where nothing is left of it.
 */
export function understand<Schema extends MappingSchema>(
  schema: Schema,
  value: unknown,
  path: Path,
  report: Report,
): Understood<z.output<Schema>> | null {
  const whole = narrowedTo(schema, value).safeParse(value);
  if (whole.success) return { spec: whole.data, mistaken: new Set() };
  const mistaken = new Set<string>();
  const meant = new Set(whole.error.issues.flatMap((issue) => keysMeant(issue, schema)));
  for (const issue of whole.error.issues) {
    for (const key of issue.path.length > 0 ? [String(issue.path[0])] : keysMeant(issue, schema)) mistaken.add(key);
    // A key that is missing because it was misspelt is one mistake, not two.
    if (issue.path.length === 1 && valueAt(value, issue.path) === undefined && meant.has(String(issue.path[0])))
      continue;
    for (const mistake of mistakesOf(issue, value, path, schema)) report(mistake);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const rest = Object.fromEntries(
    Object.entries(value).filter(([key]) => !mistaken.has(key) && keysOf(schema).includes(key)),
  );
  const remaining = schema.safeParse(rest);
  return remaining.success ? { spec: remaining.data, mistaken } : null;
}

/** The known keys that the mapping's unknown ones were probably meant to be. */
function keysMeant(issue: Issue, schema: MappingSchema): string[] {
  if (issue.path.length > 0 || issue.code !== 'unrecognized_keys') return [];
  const known = keysOf(schema);
  return issue.keys.map((key) => nearestWord(key, known)).filter((key) => key !== null);
}

/** `issue` and those within it as mistakes; `value` is what was checked against `schema`, and stands at `path`. */
function mistakesOf(issue: Issue, value: unknown, path: Path, schema: MappingSchema): Mistake[] {
  const place = [...path, ...(issue.path as (string | number)[])];
  const found = valueAt(value, issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...place, key], keysOf(schemaAt(schema, issue.path) ?? schema)));
    case 'invalid_union': {
      const inner = deepestBranch(issue.errors);
      const within = inner.map((each) => ({ ...each, path: [...issue.path, ...each.path] }));
      if (inner.length > 0) return within.flatMap((each) => mistakesOf(each, value, path, schema));
      if (isMissing(issue, found)) return [missing(place, issue.message)];
      return [wrongValue(place, found, { allowed: issue.message })];
    }
    case 'invalid_value':
      return [
        wrongValue(place, found, {
          allowed: issue.values.join(', '),
          hint: hintForWord(found, issue.values.map(String)),
        }),
      ];
    default:
      if (isMissing(issue, found)) return [missing(place, issue.message)];
      return [wrongValue(place, found, { allowed: issue.message, hint: hintOf(issue, found) })];
  }
}

function isMissing({ path }: Issue, found: unknown): boolean {
  return found === undefined && path.length > 0;
}

function unknownKey(path: Path, known: string[]): Mistake {
  const key = String(path.at(-1));
  const prefix = /^net[./]ipv4[./]vs[./]/;
  return wrongKey(path, 'unknown key', { allowed: known.join(', '), hint: didYouMean(key.replace(prefix, ''), known) });
}

function missing(path: Path, allowed: string): Mistake {
  const key = String(path.at(-1));
  return { path, at: 'key', sentence: `"${key}" is missing; allowed: ${allowed}`, found: shown(undefined), allowed };
}

function hintOf(issue: Issue, found: unknown): string | undefined {
  if (issue.code === 'custom') return issue.params?.hint as string | undefined;
  if (issue.code === 'invalid_type' && issue.expected === 'boolean') return hintForBoolean(found);
  if (issue.code === 'invalid_type' && issue.expected === 'number') return leadingZerosHint(String(found));
  return undefined;
}

function hintForBoolean(found: unknown): string | undefined {
  const text = String(found).toLowerCase();
  if (['yes', 'on', 'y', '1', 'true'].includes(text)) return 'did you mean true?';
  return ['no', 'off', 'n', '0', 'false'].includes(text) ? 'did you mean false?' : undefined;
}

function hintForWord(found: unknown, words: string[]): string | undefined {
  return typeof found === 'string' ? didYouMean(found, words) : undefined;
}

/** Of a union's branches the one whose kind of value it was, so that its own mistakes are named; none: wrong for all. */
function deepestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const fits = branches.find(
    (issues) =>
      !issues.some(({ path, code }) => path.length === 0 && code !== 'custom' && code !== 'unrecognized_keys'),
  );
  return fits ?? [];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[step],
    value,
  );
}

/** The mapping's schema at `path`, through optional and nullable ones and unions. */
function schemaAt(schema: MappingSchema, path: readonly PropertyKey[]): MappingSchema | undefined {
  const found = path.reduce<z.core.$ZodType | undefined>((outer, step) => {
    const mapping = mappingWithin(outer);
    return mapping?._zod.def.shape[String(step)];
  }, schema);
  return mappingWithin(found);
}

function mappingWithin(schema: z.core.$ZodType | undefined): MappingSchema | undefined {
  const def = schema?._zod.def as
    | { type: string; innerType?: z.core.$ZodType; options?: z.core.$ZodType[] }
    | undefined;
  if (def?.type === 'object') return schema as MappingSchema;
  if (def?.innerType !== undefined) return mappingWithin(def.innerType);
  return def?.options?.map(mappingWithin).find((option) => option !== undefined);
}
