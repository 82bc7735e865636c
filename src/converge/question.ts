import { count } from '../model/count.ts';
import { decisionsPlace } from '../weights/decisions-place.ts';
import { installedConfig, newerWithRemedy } from './installed-copies.ts';
import type { Outcome } from './outcome.ts';
import type { PendingFile } from './pending-file.ts';
import type { Planned } from './planned.ts';

/** How questions are answered. */
export interface Ask {
  /** Whether `--yes` answered everything beforehand. */
  readonly answered: boolean;
  /** Shows the plan and asks. Throws `unanswered` where nobody can answer, or the answer is no, and `interrupted`. */
  ask(question: string, outcome: Outcome, signal: AbortSignal): Promise<void>;
}

/** What must be asked before a plan is carried out; null: nothing. */
export function questionAbout(
  planned: readonly Planned[],
  file: PendingFile | null,
  named: string | null = null,
): string | null {
  const changes = planned.flatMap(({ name, plan }) => plan.changes.map((change) => ({ router: name, change })));
  const reasons: string[] = [];
  const removed = changes.filter(({ change: { action, kind, key } }) => {
    // What the monitor decided goes only where that was typed.
    return action === 'remove' && kind !== 'address' && key !== decisionsPlace;
  });
  if (removed.length > 0) reasons.push(`${count(removed.length, 'object')} would be removed`);
  const disabled = changes.filter(({ change }) => change.action === 'remove' && change.kind === 'address');
  const enabled = new Set(changes.flatMap(({ change }) => (isEnabled(change.action, change.kind) ? [change.key] : [])));
  const moved = disabled.filter(({ change }) => enabled.has(change.key));
  if (moved.length > 0) reasons.push(`${count(moved.length, 'address', 'es')} would move to another router`);
  const gone = disabled.length - moved.length;
  if (gone > 0) reasons.push(`${count(gone, 'address', 'es')} would be removed`);
  const replaced = changes.filter(({ change }) => change.kind === 'address' && change.action === 'change').length;
  if (replaced > 0) reasons.push(`${count(replaced, 'live address', 'es')} would be replaced`);
  reasons.push(...planned.flatMap(({ unconfirmed }) => unconfirmed ?? []));
  reasons.push(...replacing(planned, named ?? file?.file ?? 'the configuration'));
  if (reasons.length === 0 && file?.removes === true) reasons.push(`it would be removed from ${file.file}`);
  return reasons.length === 0 ? null : reasons.join(', ');
}

function isEnabled(action: string, kind: string): boolean {
  return kind === 'address' && action === 'add';
}

/** As many are named. */
const mostNamed = 10;

/** The installed configuration is the only one that says what is lost with it. */
function replacing(planned: readonly Planned[], file: string): string[] {
  const reasons = planned.flatMap(({ newer }) =>
    newer == null ? [] : [`${newerWithRemedy(newer)}: it would be replaced`],
  );
  const lost = new Set(planned.flatMap(({ declaredLess = [] }) => declaredLess));
  if (lost.size === 0) return reasons;
  const names = [...lost].slice(0, mostNamed);
  const more = lost.size > names.length ? ` and ${lost.size - names.length} more` : '';
  const routers = planned.filter(({ declaredLess = [] }) => declaredLess.length > 0).map(({ name }) => name);
  const words = `${file} would replace ${installedConfig} of ${routers.join(' and ')}, which declares more`;
  return [...reasons, `${words}: ${names.join(', ')}${more}`];
}
