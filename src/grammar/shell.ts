const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** The words as one line for a POSIX shell, to be read and pasted; quoted only where the shell would see something else. */
export function shellWords(argv: readonly string[]): string {
  return argv.map((word) => (plainWord.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}
