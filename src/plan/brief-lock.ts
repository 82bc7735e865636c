import { oneLine } from '../grammar/one-line.ts';
import { monitorCommand } from '../model/monitor-command.ts';

/** As what somebody holds it who removes what a failover left. */
export const sweeping = 'removing what a failover left';
/** As what somebody who tells neighbours again of addresses. */
export const announcing = 'announcing IPv6 addresses again';

/** As what a router itself has it when it ends a run that died. */
export const rollingBack = 'rolling back a run that died';
export const rollingBackUnconfirmed = 'rolling back a run that was not confirmed';

/** A process that has just taken the lock, or is about to release it, and has no name in its file. */
const unnamed = '';

/** Processes that have the lock for a moment only, and that no caller can foresee: a run that meets one of them waits. */
export const briefHolders: ReadonlySet<string> = new Set([
  monitorCommand,
  sweeping,
  announcing,
  rollingBack,
  rollingBackUnconfirmed,
  unnamed,
]);

/** Only root can open it. Whoever works on a router has this file locked, and says in it who that is. */
export const lockFile = '/run/lvs/lock';

/** Where the session that has the lock shows signs of life, each in a file of its own. */
export const beatFile = '/run/lvs/beat';

/** For sh(1): opens the file of the lock, to take it by flock(1) of descriptor 9. */
export const openLock = `mkdir -p -m 700 /run/lvs; umask 077; exec 9<>${lockFile} || exit`;

/** For sh(1): says who has the lock now, as sessions do. Whoever has it next says so, too; nothing needs to be removed. */
export function noteHolder(doing: string): string {
  return `printf '%s\\n' root "$(uname -n)" now '${doing}' >${lockFile}`;
}

/**
 * For sh(1): kills the session that has the lock (see agent.ts) with all that it runs, so that the lock is free at once; fails where
 * no session has it. The file may name a session that is gone: only who really has it open is meant.
 */
export const fenceSession = oneLine`
fence_session() {
  { read -r said; read -r said; read -r said; read -r said; read -r owner group session; } <${lockFile};
  [ -n "$group" ] && ls -l "/proc/$owner/fd" | grep -q ' ${lockFile}$' && kill -KILL "-$group" && rm -f "${beatFile}.$session";
}`;
