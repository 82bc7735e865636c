import type { Diagnoses } from '../doctor/doctor.ts';
import { type Finding, type Severity, severities } from '../doctor/model/finding.ts';
import { commandsOf, type Treatment } from '../doctor/treatment.ts';
import { count } from '../model/count.ts';
import type { Paint } from './paint.ts';

/** What `lvs doctor` prints as JSON; what a terminal shows is rendered from it. */
export interface DoctorDocument {
  readonly version: 1;
  /** Whether `--fix` changed anything. */
  readonly changed: boolean;
  readonly config: { readonly file: string };
  readonly routers: readonly {
    readonly name: string;
    /** Worst first. */
    readonly findings: readonly FindingDocument[];
    /** What `--fix` did. */
    readonly fixed?: readonly string[];
    /** The same: the name that it had before. */
    readonly mended?: readonly string[];
  }[];
  readonly summary: Readonly<Record<Severity | 'fixable', number>>;
}

export interface FindingDocument extends Pick<Finding, 'id' | 'severity' | 'what' | 'why' | 'mend'> {
  /** A line for a shell on that router. `mend` is the same: the name that it had before. */
  readonly fix: string;
  readonly fixable: boolean;
}

export function doctorDocument({ routers, treatments }: Diagnoses, file: string): DoctorDocument {
  const all = routers.flatMap(({ findings }) => findings);
  const total = (severity: Severity) => all.filter((finding) => finding.severity === severity).length;
  return {
    version: 1,
    changed: treatments.length > 0,
    config: { file },
    routers: routers.map(({ name, findings }) => {
      const treatment = treatments.find((each) => each.name === name);
      return {
        name,
        findings: findings.map(findingDocument),
        ...(treatment !== undefined && doneBy(treatment)),
      };
    }),
    summary: {
      problem: total('problem'),
      warning: total('warning'),
      note: total('note'),
      fixable: all.filter(({ fix }) => fix !== null).length,
    },
  };
}

function doneBy(treatment: Treatment) {
  const fixed = commandsOf(treatment);
  return { fixed, mended: fixed };
}

function findingDocument({ id, severity, what, why, mend, fix }: Finding): FindingDocument {
  return { id, severity, what, why, fix: mend, mend, fixable: fix !== null };
}

/** Whether anything is wrong: a note is only worth knowing. */
export function isWell({ summary }: DoctorDocument): boolean {
  return summary.problem === 0 && summary.warning === 0;
}

/** The human view: each router with its findings, three lines each, and one line about all. */
export function renderDoctor(document: DoctorDocument, paint: Paint): string {
  const lines = [paint.quiet(`configuration ${document.config.file}`)];
  for (const { name, findings, fixed = [] } of document.routers) {
    lines.push(`${paint.strong(name)}${findings.length === 0 ? ` ${paint.good('nothing found')}` : ''}`);
    lines.push(...fixed.map((command) => paint.added(`  done: ${command}`)));
    for (const finding of findings) lines.push(...renderFinding(finding, paint));
  }
  return [...lines, '', renderSummary(document, paint)].join('\n');
}

function renderFinding({ severity, what, why, fix, fixable }: FindingDocument, paint: Paint): string[] {
  const colour = { problem: paint.bad, warning: paint.changed, note: paint.quiet }[severity];
  return [
    `  ${colour(`${severity}: ${what}`)}`,
    `      ${why}`,
    `      fix: ${fix}${fixable ? paint.quiet(' (or --fix)') : ''}`,
  ];
}

function renderSummary(document: DoctorDocument, paint: Paint): string {
  const { summary } = document;
  const found = severities.filter((each) => summary[each] > 0).map((each) => count(summary[each], each));
  if (found.length === 0) return paint.good('All is well.');
  const fixable = summary.fixable === 0 ? '' : `; "lvs doctor --fix" fixes ${summary.fixable}`;
  return `${isWell(document) ? 'All is well: ' : ''}${found.join(', ')}${fixable}.`;
}

/** What is about to be done, as it is shown before the question. */
export function renderTreatments(treatments: readonly Treatment[], paint: Paint): string {
  return treatments
    .flatMap((treatment) => [paint.strong(treatment.name), ...commandsOf(treatment).map((command) => `  ${command}`)])
    .join('\n');
}
