const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** The words as one line for a POSIX shell, to be read and pasted; quoted only where the shell would see something else. */
export function shellWords(argv: readonly string[]): string {
  return argv.map((word) => (plainWord.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

/** Longer input is not for reading, nor for pasting. */
const longestInput = 16_384;

/** The same with what the program reads from stdin, as a here-document; of longer ones only the number of lines. */
export function shellCommand(argv: readonly string[], input?: string): string {
  if (input === undefined) return shellWords(argv);
  if (input.length > longestInput) return `${shellWords(argv)} # of ${input.split('\n').length - 1} lines`;
  const lines = new Set(input.split('\n'));
  let end = 'END';
  while (lines.has(end)) end += '_';
  return `${shellWords(argv)} <<'${end}'\n${input}${input.endsWith('\n') || input === '' ? '' : '\n'}${end}`;
}
