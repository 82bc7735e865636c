import type { RouterPlan } from '../router-plan.ts';

const note = 'lvs keeps nothing on this router yet: a run keeps the configuration there, and what its next boot needs';

/**
 * A router on which lvs has never installed anything, and which lacks nothing but the files that a run would keep there: it is
 * as declared, and that is said as a note.
 * @param mark the file by which a router is known to have been installed on
 */
export function withoutFirstFiles(plan: RouterPlan, mark: string): RouterPlan {
  const { changes, live, notes } = plan;
  const first = changes.every(({ kind, action }) => kind === 'file' && action === 'add');
  if (changes.length === 0 || !first || live.files.has(mark)) return plan;
  return { ...plan, changes: [], notes: [...notes, note] };
}
