/** Characters of a shell's script that somebody may still want to read. */
const mostRead = 120;

/**
 * A command as people see it. Its whole is for pasting, from JSON: of a here-document the lines are counted, and of a script for
 * sh(1) that is long only its name is left.
 */
export function readableCommand(command: string): string {
  if (command.includes('\n')) {
    const [first = '', ...rest] = command.split('\n');
    return `${first} # ${rest.length - 1} lines`;
  }
  if (command.length <= mostRead) return command;
  const [, before = '', script = '', name = ''] = /^(.*?\bsh -c )('(?:[^']|'\\'')*')( \S+)?/.exec(command) ?? [];
  return script.length <= mostRead ? command : `${before}…${name} # a script of ours, whole with --json`;
}
