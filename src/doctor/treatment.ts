import { shellWords } from '../grammar/shell.ts';
import type { Finding, FixStep } from './model/finding.ts';
import { modulesFile, sysctlFile } from './model/sysctl-files.ts';

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

/** Whether whoever was shown the one has seen all of the other: what puts them back is not shown. */
export function isSame(shown: readonly Treatment[], now: readonly Treatment[]): boolean {
  const linesOf = (treatments: readonly Treatment[]) =>
    JSON.stringify(treatments.map((treatment) => [treatment.name, commandsOf(treatment)]));
  return linesOf(shown) === linesOf(now);
}
