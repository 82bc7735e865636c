import { describe, expect, test } from 'vitest';
import { fromPerl } from '../../src/patterns/lacking.ts';
import { compilePattern, PatternError } from '../../src/patterns/pattern.ts';

describe('a pattern', () => {
  test('that made JavaScript search for ever is decided at once, whatever the text', () => {
    const pattern = compilePattern('^(\\s*\\w+\\s*)*OK$');
    expect(pattern.matches('all is well OK')).toBe(true);
    expect(pattern.matches(`${'a'.repeat(40)}!`)).toBe(false);
    expect(pattern.matches(`${'a '.repeat(32_768)}!`)).toBe(false);
  });

  test.each<[pattern: string, text: string, matches: boolean]>([
    ['OK$', 'OK', true],
    ['OK$', 'OK\n', true],
    ['OK$', 'OK\n\n', false],
    ['OK$', 'OK\nmore', false],
    ['(OK|UP)$', 'UP\n', true],
    ['^$', '\n', true],
    ['(?m)OK$', 'OK\nmore', true],
    ['(?m:^OK$)\n\\w+$', 'OK\nmore\n', true],
    ['(?m:x|(?-m)OK$)', 'OK\nmore', false],
    ['((?m)a)OK$', 'aOK\nmore', false],
    ['OK\\z', 'OK\n', false],
    ['OK\\$', 'OK$', true],
    ['OK\\$', 'OK', false],
    ['OK[$]', 'OK$\n', true],
    ['OK[]$]', 'OK$', true],
    ['[[:alpha:]$]K$', '$K\n', true],
    ['\\Q$(\\E$', '$(\n', true],
    ['\\\\$', '\\\n', true],
    ['(?P<word>OK)$', 'OK\n', true],
    ['(?i)ok', 'OK', true],
  ])('%j on %j: %s', (pattern, text, matches) => {
    expect(compilePattern(pattern).matches(text)).toBe(matches);
  });

  test('reaches less far the larger it is, so that none takes long', () => {
    const reaches = ['OK$', '^status: (OK|green)$', '(a|b)*a(a|b){50}c', 'x'.repeat(490)].map(
      (pattern) => compilePattern(pattern).reach,
    );
    expect(reaches).toEqual([65_536, 65_536, 13_273, 4262]);
  });

  test.each([
    ['(a)\\1', 'back-references'],
    ['(?=a)a', 'look-ahead'],
    ['(?<!b)a', 'look-behind'],
    ['(?>a+)b', 'atomic'],
    ['a++b', 'possessive'],
    ['OK\\Z', 'write $'],
    ['\\u0041', '\\x{41}'],
    ['(', undefined],
    ['(a{1,900}){2}', undefined],
    ['[[:alpha:]]{1,900}', 'smaller'],
    ['[[:'.repeat(100_000), 'at most 4000 characters'],
  ])('%.40s is refused, with a hint', (pattern, hint) => {
    let error: unknown;
    try {
      compilePattern(pattern);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(PatternError);
    if (hint !== undefined) expect((error as PatternError).hint).toContain(hint);
  });

  test.each([
    ['OK\\Z', 'OK$'],
    ['(?>a|b)c', '(?:a|b)c'],
    ['a(?#remark)b\\h', 'ab[ \\t]'],
    ['\\\\Z\\d', '\\\\Z\\d'],
  ])('of Perl, %j, is %j here', (perl, here) => {
    expect(fromPerl(perl)).toBe(here);
    expect(() => compilePattern(here)).not.toThrow();
  });
});
