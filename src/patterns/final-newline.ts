/**
 * The pattern in which `$` also matches before a final newline, as Perl's does: RE2's matches at the very end only. After (?m) it
 * matches at the end of each line, and stays as it is.
 */
export function beforeFinalNewline(source: string): string {
  let text = '';
  let multiline = false;
  const outer: boolean[] = [];
  for (const [token] of source.matchAll(tokens)) {
    const [, on = '', off = '', end] = /^\(\?(?!P?<)(\w*)(?:-(\w*))?([:)])$/.exec(token) ?? [];
    if (token.startsWith('(') && end !== ')') outer.push(multiline);
    if (end !== undefined) multiline = on.includes('m') || (multiline && !off.includes('m'));
    if (token === ')') multiline = outer.pop() ?? false;
    text += token === '$' && !multiline ? '(?:\\n?\\z)' : token;
  }
  return text;
}

/** What is quoted or escaped, a class as a whole, where a group begins, with its flags, and any other character. */
const tokens =
  /\\Q.*?(?:\\E|$)|\\.|\[\^?\](?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\[\^?(?:\[:\^?\w+:\]|\\.|[^\]\\])+\]|\(\?P?<\w+>|\(\?[a-zA-Z]*(?:-[a-zA-Z]*)?[:)]|./gsu;
