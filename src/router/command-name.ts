const mostLetters = 60;

/** A command in few words, for people. The text of a script says nothing to them: it has a name, which is the word behind it. */
export function commandName(argv: readonly string[]): string {
  const script = scriptName(argv);
  const name = (script ?? argv.join(' ')).replaceAll(/[\p{Cc}\s]+/gu, ' ');
  return name.length > mostLetters ? `${name.slice(0, mostLetters)}…` : name;
}

/** The name of the script that a command runs; null: it runs none, or one without a name. */
export function scriptName(argv: readonly string[]): string | null {
  if (argv[0] !== 'sh' && argv[0] !== 'xargs') return null;
  return argv[argv.indexOf('-c') + 2] ?? null;
}
