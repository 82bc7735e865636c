import { programPath } from '../../plan/program-path.ts';
import type { Runner } from '../../router/runner.ts';
import type { Examined } from '../model/examination.ts';

/** LVM's is a program of the machine, ours a script. Words are the directories of the path. */
const find =
  'for folder do place="$folder/lvs"; [ -f "$place" ] && [ -x "$place" ] || continue; start=$(head -c 4 "$place" | tr -d "\\0"); case $start in ?ELF*) echo "lvm $place";; *) echo "ours $place";; esac; done';

/** @param searchPath of whoever types the command there */
export async function findLvsPrograms(runner: Runner, searchPath: string = programPath): Promise<Examined['lvs']> {
  const folders = [...new Set(searchPath.split(':').filter((folder) => folder.startsWith('/')))];
  const { stdout } = await runner.run(['sh', '-c', find, 'find', ...folders]);
  return stdout.split('\n').flatMap((line) => {
    const [owner, ...path] = line.split(' ');
    return path.length === 0 ? [] : [{ path: path.join(' '), isLvm: owner === 'lvm' }];
  });
}
