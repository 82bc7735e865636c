import { userInfo } from 'node:os';
import type { Change } from '../plan/change.ts';
import { traceLine } from '../plan/log-line.ts';
import type { Runner } from '../router/runner.ts';
import { origin } from './lock.ts';

/** A router on which something was changed. */
export interface Traced {
  readonly runner: Pick<Runner, 'log'>;
  readonly changes: readonly Change[];
}

/**
 * Leaves a line in the system log of each router that a run was to change: who, from where, by which command, what, and what
 * became of it. It goes with what is sent to the router anyway, and nobody waits for it.
 * @param result `done`, `rolled back`, `failed: …`
 */
export function trace(routers: readonly Traced[], command: string, result: string): void {
  const changed = routers.filter(({ changes }) => changes.length > 0);
  if (changed.length === 0) return;
  const about = { who: actor(), from: origin(), command, result };
  for (const { runner, changes } of changed) runner.log(traceLine(about, changes));
}

/** The user who typed it, also through sudo(8). */
export function actor(): string {
  const { SUDO_USER: sudoUser, SUDO_UID: sudoUid } = process.env;
  const { username, uid } = userInfo();
  return sudoUser === undefined ? `${username} (uid ${uid})` : `${sudoUser} (uid ${sudoUid ?? '?'}, as ${username})`;
}
