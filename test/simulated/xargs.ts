import type { Execution } from './execution.ts';

/**
 * `xargs -P N -L 1 sh -c SCRIPT PROGRAM`: the program once for each line, with its words as arguments, by a script that says
 * which of them failed and may mind no failure of which nothing is said. One run that fails makes the whole fail, as does that
 * of findutils; the others run all the same. The script of side-by-side.ts tells how each ended instead.
 */
export function xargs(
  argv: readonly string[],
  stdin: string,
  execute: (argv: readonly string[]) => Execution,
): Execution {
  const words = argv.slice(argv.indexOf('-L') + 2);
  const [, , script = '', ...program] = words;
  const lenient = script.includes('[ -z "$said" ]');
  const lines = stdin.split('\n').filter((line) => line.trim() !== '');
  if (program[0] === 'one') {
    const told = lines.map((line) => {
      const [number, ...command] = line.split(' ');
      const { status, stderr } = execute(command);
      return `${number} ${status} ${stderr.trim().replaceAll(/\s+/g, ' ')}\n`;
    });
    return { status: 0, stdout: told.join(''), stderr: '' };
  }
  const failures = lines.flatMap((line) => {
    const { status, stderr } = execute([...program, ...line.trim().split(/\s+/)]);
    if (status === 0 || (lenient && stderr === '')) return [];
    return [`${program.join(' ')} ${line}: ${stderr.trim() || `exit status ${status}`}\n`];
  });
  return { status: failures.length === 0 ? 0 : 123, stdout: '', stderr: failures.join('') };
}
