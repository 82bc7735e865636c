import type { Execution } from './execution.ts';

/**
 * `xargs -P N -L 1 PROGRAM`: the program once for each line, with its words as arguments. One run that fails makes the whole
 * fail, as does that of findutils; the others run all the same.
 */
export function xargs(
  argv: readonly string[],
  stdin: string,
  execute: (argv: readonly string[]) => Execution,
): Execution {
  const words = argv.slice(argv.indexOf('-L') + 2);
  // A script that runs arping, and minds no failure of which nothing is said.
  const lenient = words[0] === 'sh';
  const program = lenient ? words.slice(3) : words;
  const lines = stdin.split('\n').filter((line) => line.trim() !== '');
  const executions = lines.map((line) => execute([...program, ...line.trim().split(/\s+/)]));
  return {
    status: executions.every(({ status, stderr }) => status === 0 || (lenient && stderr === '')) ? 0 : 123,
    stdout: executions.map(({ stdout }) => stdout).join(''),
    stderr: executions.map(({ stderr }) => stderr).join(''),
  };
}
