import type { Connected } from '../converge/connect.ts';
import { withInterrupts } from '../converge/interrupts.ts';
import { lockAll, unlockAll } from '../converge/lock.ts';
import { trace } from '../converge/system-log.ts';
import { shellWords } from '../grammar/shell.ts';
import { LvsError } from '../model/errors.ts';
import type { Change } from '../plan/change.ts';
import { installFiles } from '../plan/files/install.ts';
import { orLost } from '../router/lost.ts';
import type { Runner } from '../router/runner.ts';
import type { Finding, FixStep } from './model/finding.ts';
import { modulesFile, sysctlFile, withModules, withSettings } from './model/sysctl-files.ts';

/** What `--fix` does on one router. */
export interface Treatment {
  readonly name: string;
  readonly steps: readonly FixStep[];
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly modules: readonly string[];
}

/** What is safe to do about findings; null: nothing. */
export function treatmentOf(name: string, findings: readonly Finding[]): Treatment | null {
  const fixes = findings.flatMap(({ fix }) => fix ?? []);
  if (fixes.length === 0) return null;
  const steps = new Map(fixes.flatMap((fix) => fix.steps.map((step) => [shellWords(step.argv), step] as const)));
  return {
    name,
    steps: [...steps.values()],
    settings: [...new Map(fixes.flatMap(({ settings }) => settings))],
    modules: [...new Set(fixes.flatMap(({ modules }) => modules))],
  };
}

/** The same as lines for a shell there. */
export function commandsOf({ steps, settings, modules }: Treatment): string[] {
  return [
    ...steps.map(({ argv }) => shellWords(argv)),
    ...(settings.length === 0
      ? []
      : [`# ${sysctlFile}: ${settings.map(([name, value]) => `${name} = ${value}`).join(', ')}`]),
    ...(modules.length === 0 ? [] : [`# ${modulesFile}: ${modules.join(', ')}`]),
  ];
}

/** A question, with the plan shown first. Throws `unanswered` where nobody answers, and `interrupted`. */
export type AskBefore = (signal: AbortSignal) => Promise<void>;

/**
 * Carries treatments out under the routers' locks, once the question is answered. What was done is put back where one fails, on
 * every router.
 * @throws LvsError locked, unanswered, interrupted; command-failed: all is as before; not-put-back
 */
export function mend(
  connected: readonly Connected[],
  treatments: readonly Treatment[],
  doing: string,
  ask: AskBefore,
): Promise<void> {
  const routers = connected.filter(({ name }) => treatments.some((treatment) => treatment.name === name));
  return withInterrupts(async (signal) => {
    await ask(signal);
    await lockAll(routers, doing);
    const traced = routers.map(({ name, runner }) => ({ runner, changes: changesOf(treatments, name) }));
    try {
      await carryOut(routers, treatments, signal);
      trace(traced, doing, 'done');
    } catch (error) {
      trace(traced, doing, `failed: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    } finally {
      await unlockAll(routers);
    }
  });
}

/** For the system log. */
function changesOf(treatments: readonly Treatment[], router: string): Change[] {
  const steps = treatments.filter(({ name }) => name === router).flatMap((treatment) => treatment.steps);
  return steps.map(({ argv }) => ({
    action: 'change',
    kind: 'setting',
    virtualServer: null,
    key: shellWords(argv[0] === 'sysctl' ? argv.slice(2) : argv),
    before: null,
    after: null,
    commands: [],
  }));
}

async function carryOut(
  routers: readonly Connected[],
  treatments: readonly Treatment[],
  signal: AbortSignal,
): Promise<void> {
  const done: { readonly router: Connected; readonly step: FixStep }[] = [];
  try {
    for (const router of routers) {
      const treatment = treatments.find(({ name }) => name === router.name);
      for (const step of treatment?.steps ?? []) {
        if (signal.aborted) throw new LvsError('interrupted', 'interrupted: everything is as it was before');
        await runStep(router, step.argv);
        done.push({ router, step });
      }
      if (treatment !== undefined) await keep(router, treatment);
    }
  } catch (error) {
    await putBack(done.reverse(), error);
    throw error;
  }
}

async function putBack(
  done: readonly { readonly router: Connected; readonly step: FixStep }[],
  cause: unknown,
): Promise<void> {
  const left: string[] = [];
  for (const { router, step } of done) {
    if (step.undo === null) continue;
    const { undo } = step;
    const isBack = await runStep(router, undo).then(
      () => true,
      () => false,
    );
    if (!isBack) left.push(`${router.name}: ${shellWords(step.argv)}`);
  }
  if (left.length === 0) return;
  const message = cause instanceof Error ? cause.message : String(cause);
  throw new LvsError('not-put-back', `${message}; and what was done before could not be put back`, {
    details: left.map((line) => ({ message: `still in force: ${line}` })),
    hint: '"lvs doctor" shows how the routers are now',
    cause,
  });
}

async function runStep({ name, runner }: Connected, argv: readonly string[]): Promise<void> {
  const result = await orLost(name, 'command-failed', runner.run(argv));
  if (result.status === 0) return;
  const said = result.stderr.trim() || `exit status ${result.status}`;
  throw new LvsError('command-failed', `${name}: ${shellWords(argv)} failed: ${said}; everything is as it was before`, {
    details: [{ router: name, message: said, found: shellWords(argv) }],
    hint: 'try the same command there by hand',
  });
}

/** Writes what is to hold at the next boot into its files, whole or not at all. */
async function keep({ name, runner }: Connected, { settings, modules }: Treatment): Promise<void> {
  const files: [path: string, text: string][] = [];
  if (settings.length > 0) files.push([sysctlFile, withSettings(await present(runner, sysctlFile), settings)]);
  if (modules.length > 0) files.push([modulesFile, withModules(await present(runner, modulesFile), modules)]);
  if (files.length === 0) return;
  const words = files.flatMap(([path, text]) => [path, String(Buffer.byteLength(text))]);
  const argv = ['sh', '-c', installFiles, 'install', ...words];
  const result = await orLost(name, 'command-failed', runner.run(argv, files.map(([, text]) => text).join('')));
  if (result.status === 0) return;
  const paths = files.map(([path]) => path).join(' and ');
  throw new LvsError(
    'command-failed',
    `${name}: ${paths} cannot be written: ${result.stderr.trim()}; everything is as it was before`,
  );
}

async function present(runner: Runner, path: string): Promise<string | null> {
  const { status, stdout } = await runner.run(['cat', '--', path]);
  return status === 0 ? stdout : null;
}
