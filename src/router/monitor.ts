import { oneLine } from '../grammar/one-line.ts';
import type { Decisions } from '../weights/decisions.ts';
import { parseDecisions } from '../weights/decisions-file.ts';
import { decisionsPlace, monitorLock, mostDecisions } from '../weights/decisions-place.ts';
import type { Runner } from './runner.ts';

/** What a router's monitor has decided, and whether it lives. */
export interface MonitorReading {
  /** `stale`: it has ended, and what it decided still holds; `none`: it decided nothing, or nothing that is there. */
  readonly state: 'running' | 'stale' | 'none';
  /** Null: none, or none that can be understood. */
  readonly decisions: Decisions | null;
  /** Why its decisions cannot be read: then no weight is changed. Null: they can, or there are none. */
  readonly fault: string | null;
  /** What stands in its file; null: there is none, or it cannot be read. */
  readonly text: string | null;
}

/** What showDecisions ends with; one more if a monitor lives. */
export const shown = { content: 10, nothing: 12, fault: 14 } as const;

/**
 * Prints what stands in the file, its first word, and says whether a monitor holds the lock, its second. Both are to be regular
 * files of root's: nothing else is opened, for a FIFO would not end. The third is the most bytes that it prints.
 */
export const showDecisions = oneLine`
lives=0;
ours() { [ -f "$1" ] && [ ! -L "$1" ] && [ -O "$1" ]; };
end() { exit $(($1 + lives)); };
bad() { printf '%s\\n' "$1" >&2; end ${String(shown.fault)}; };
there() { [ -e "$1" ] || [ -L "$1" ]; };
if [ -d "\${1%/*}" ] && [ ! -x "\${1%/*}" ]; then bad "\${1%/*}: permission denied"; fi;
if there "$2"; then
  ours "$2" || bad "$2 is not a regular file of root";
  flock -n -s "$2" true;
  case $? in 0) ;; 1) lives=1;; *) bad "$2 cannot be locked";; esac;
fi;
there "$1" || end ${String(shown.nothing)};
ours "$1" || bad "$1 is not a regular file of root";
head -c "$3" "$1" || bad "$1 cannot be read";
end ${String(shown.content)}`;

interface Places {
  readonly decisions: string;
  readonly lock: string;
}

/** One request. It fails only if the session is lost. */
export async function readMonitor(
  runner: Runner,
  { decisions, lock }: Places = { decisions: decisionsPlace, lock: monitorLock },
): Promise<MonitorReading> {
  const words = ['decisions', decisions, lock, String(mostDecisions)];
  const { status, stdout, stderr } = await runner.run(['sh', '-c', showDecisions, ...words]);
  const lives = status % 2 === 1;
  switch (status - Number(lives)) {
    case shown.content:
      return { state: lives ? 'running' : 'stale', ...parseDecisions(stdout), text: stdout };
    case shown.nothing:
      // A monitor publishes at once what it decides.
      return {
        state: lives ? 'running' : 'none',
        decisions: null,
        fault: lives ? 'there is no such file' : null,
        text: null,
      };
    case shown.fault:
      return { state: lives ? 'running' : 'none', decisions: null, fault: stderr.trim(), text: null };
    default:
      return { state: 'none', decisions: null, fault: stderr.trim() || `exit status ${status}`, text: null };
  }
}
