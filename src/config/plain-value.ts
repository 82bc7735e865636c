import { CORE_SCHEMA, load } from 'js-yaml';

/** What lvs.yaml seldom has, and what the two libraries for YAML may not read alike; a comment that looks like it is no harm. */
const unusual = [
  // Tags, anchors, aliases, block texts, directives, explicit keys, markers of documents.
  /(?:^|[\s,:[{-])[!&*|>%@`?]/m,
  /^(?:---|\.\.\.)/m,
  /<</,
  // Numbers that are no plain decimal ones, and what is less than 0 by nothing.
  /(?:^|[\s,:[{-])[-+]?(?:0[\dxobXOB_]|\d+_|\.)/m,
  /-0/,
  // Keys that are no words.
  /(?:^|[\s,{])(?:~|null|true|false|[-+.\d][-+.\deE]*)\s*:(?:\s|$)/im,
  /__proto__/,
  // Quoted texts that go on in the next line.
  /(?:^|[\s,:[{-])(?:"(?:[^"\\\n]|\\.)*\\?|'(?:[^'\n]|'')*)$/m,
  // Characters whose treatment differs between versions of YAML.
  /[^\n -~]/,
];

/**
 * The value of a text that is plain YAML, as most are: a fifth of the time and of the memory that it takes to learn where
 * everything stands.
 * @returns undefined where that is needed to say what the text means, or what is wrong with it
 */
export function plainValue(text: string): unknown {
  if (unusual.some((pattern) => pattern.test(text))) return undefined;
  try {
    return load(text, { schema: CORE_SCHEMA }) ?? undefined;
  } catch {
    return undefined;
  }
}
