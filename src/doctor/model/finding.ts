/** From what must be mended to what is only worth knowing. */
export const severities = ['problem', 'warning', 'note'] as const;
export type Severity = (typeof severities)[number];

/** Something about a router that is not as it should be. */
export interface Finding {
  /** What kind of finding it is: a word that scripts can rely on. */
  readonly id: string;
  readonly severity: Severity;
  /** One sentence without a full stop. */
  readonly what: string;
  /** Why it matters, the same. */
  readonly why: string;
  /** A line for a shell on that router, which may be about what is to be found out first. */
  readonly mend: string;
  /** How `--fix` does it; null: it is not safe, or cannot be done from here. */
  readonly fix: Fix | null;
}

/** Commands that do no harm to anybody whom the router serves, and what makes their effect last. */
export interface Fix {
  readonly steps: readonly FixStep[];
  /** sysctl names and values for the next boot. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** Kernel modules to be loaded at the next boot. */
  readonly modules: readonly string[];
}

export interface FixStep {
  readonly argv: readonly string[];
  /** What puts it back; null: there is nothing to put back, for it changes nothing that anybody would miss. */
  readonly undo: readonly string[] | null;
}
