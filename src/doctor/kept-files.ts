import type { Connected } from '../converge/connect.ts';
import { LvsError } from '../model/errors.ts';
import { type Installed, installation } from '../plan/files/install.ts';
import { readIfThere } from '../router/files.ts';
import { orLost } from '../router/lost.ts';
import type { Result, Runner } from '../router/runner.ts';
import { modulesFile, sysctlFile, withModules, withSettings } from './model/sysctl-files.ts';
import type { Treatment } from './treatment.ts';

/** A file that says what is to hold at a router's next boot. */
export interface KeptFile {
  readonly path: string;
  /** What stands there before it is written; null: there is none. */
  readonly former: string | null;
  readonly text: string;
}

/** Those in which what a treatment sets does not stand yet. Throws `read-failed` where one is there and cannot be read. */
export async function filesToKeep({ name, runner }: Connected, treatment: Treatment): Promise<KeptFile[]> {
  const { settings, modules } = treatment;
  const files: KeptFile[] = [];
  if (settings.length > 0) {
    const former = await readIfThere(runner, name, sysctlFile);
    files.push({ path: sysctlFile, former, text: withSettings(former, settings) });
  }
  if (modules.length > 0) {
    const former = await readIfThere(runner, name, modulesFile);
    files.push({ path: modulesFile, former, text: withModules(former, modules) });
  }
  return files.filter(({ former, text }) => text !== former);
}

/** Each is written whole. Throws `command-failed`: some may stand there by then, and others not. */
export async function writeFiles({ name, runner }: Connected, files: readonly KeptFile[]): Promise<void> {
  if (files.length === 0) return;
  const result = await orLost(name, 'command-failed', install(runner, files));
  if (result.status === 0) return;
  const paths = files.map(({ path }) => path).join(' and ');
  const said = result.stderr.trim() || `exit status ${result.status}`;
  throw new LvsError('command-failed', `${name}: ${paths} cannot be written: ${said}`, {
    details: [{ router: name, message: said, found: paths }],
  });
}

/** Whether it is as it was before. A file that nobody got to is left alone, so that a full disk does not matter to it. */
export async function putBackFile({ name, runner }: Connected, { path, former }: KeptFile): Promise<boolean> {
  if ((await readIfThere(runner, name, path)) === former) return true;
  const { status } = await install(runner, [{ path, text: former }]);
  return status === 0;
}

function install(runner: Runner, files: readonly Installed[]): Promise<Result> {
  const { argv, input } = installation(files);
  return runner.run(argv, input);
}
