import type { Warning } from './warnings.ts';

/** A cluster in another program's words. */
export interface Exported {
  readonly text: string;
  /** What of lvs.yaml that program cannot be told. */
  readonly warnings: readonly Warning[];
}
