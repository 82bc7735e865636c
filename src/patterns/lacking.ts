/** What Perl, PCRE or JavaScript have and RE2 has not, and what to write instead. */
const lacking: readonly (readonly [RegExp, string])[] = [
  [/\\[1-9]|\\k[<{']|\(\?P=/, 'RE2 has no back-references: write out what is to come again'],
  [/\(\?<?[=!]/, 'RE2 has no look-ahead or look-behind: write what the text contains'],
  [
    /\(\?>|[*+?}]\+/,
    'RE2 has no atomic groups and no possessive repeats: it never backtracks; leave out the ">" or "+"',
  ],
  [/\\Z/, 'RE2 has no \\Z: write $, which also matches before a final newline'],
  [/\\[uU]/, 'RE2 has no \\u: write \\x{…}, as in \\x{41}'],
  [/\\h/, 'RE2 has no \\h: write [ \\t]'],
  [/\\R/, 'RE2 has no \\R: write \\r?\\n'],
];

/** A hint; undefined: none is known. */
export function lackingIn(source: string): string | undefined {
  const bare = source.replaceAll('\\\\', '');
  return lacking.find(([form]) => form.test(bare))?.[1];
}

/** The same for RE2, of a pattern of Perl's or PCRE's, as far as its meaning allows. */
export function fromPerl(source: string): string {
  return source.replace(/\\(.)|\(\?>|\(\?#[^)]*\)/gs, (token, escaped: string | undefined) => {
    if (escaped !== undefined) return escapes[escaped] ?? token;
    return token === '(?>' ? '(?:' : '';
  });
}

const escapes: Readonly<Record<string, string>> = {
  Z: '$',
  e: '\\x1b',
  h: '[ \\t]',
  R: '(?:\\r\\n|\\n|\\r)',
};
