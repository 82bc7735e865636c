import type { Decisions } from '../weights/decisions.ts';
import { parseDecisions } from '../weights/decisions-file.ts';
import { decisionsPlace } from '../weights/decisions-place.ts';
import type { Runner } from './runner.ts';

/** What a router's monitor has decided, and whether it lives. */
export interface MonitorReading {
  /** `stale`: it has ended, and what it decided still holds; `none`: it decided nothing, or nothing that is there. */
  readonly state: 'running' | 'stale' | 'none';
  /** Null: none, or none that can be understood. */
  readonly decisions: Decisions | null;
  /** Why its file cannot be understood; null: it can, or there is none. */
  readonly fault: string | null;
  /** What stands in its file; null: there is none, or it cannot be read. */
  readonly text: string | null;
}

/**
 * Prints what stands in the file; status 1 says that a monitor holds its lock. The version that was looked at may have been
 * replaced at that very moment, so that nobody holds its lock any more: it is looked at twice.
 */
export const showDecisions =
  '[ -e "$1" ] || exit 3; cat -- "$1" || exit 4; for look in 1 2; do flock -n -s "$1" true || exit; done';

/** One request. Only where the session is lost does it fail. */
export async function readMonitor(runner: Runner, place: string = decisionsPlace): Promise<MonitorReading> {
  const { status, stdout, stderr } = await runner.run(['sh', '-c', showDecisions, 'decisions', place]);
  if (status === 3) return { state: 'none', decisions: null, fault: null, text: null };
  if (status !== 0 && status !== 1) {
    const fault = stderr.trim() || `exit status ${status}`;
    return { state: 'none', decisions: null, fault, text: null };
  }
  // It is made empty, and stays so until the monitor has decided something.
  const { decisions, fault } = stdout === '' ? { decisions: null, fault: null } : parseDecisions(stdout);
  const left = stdout === '' ? 'none' : 'stale';
  return { state: status === 1 ? 'running' : left, decisions, fault, text: stdout };
}
