import { oneLine } from '../../grammar/one-line.ts';
import { beatFile, fenceSession, lockFile, noteHolder } from '../brief-lock.ts';
import { leaseSeconds } from '../lease/place.ts';
import { programPath } from '../program-path.ts';
import { carryOut } from './carry-out.ts';

/*
 * How a router rolls back a run by itself: a process of its own, the watcher, waits in a directory until the run is over or the
 * rollback is due, takes the lock, and carries out the steps. POSIX shell, the same everywhere; data come as words and on stdin.
 * There are two kinds, which differ in when a rollback is due: a lease, when the run shows no sign of life any more (see
 * lease/scripts.ts), and a run that is to be confirmed, when its time is up (see scripts.ts). The directory holds
 *
 *   about      four lines about the run: who, from where, since, doing; others may follow
 *   steps      what is to be done, see steps.ts
 *   armed      there as long as the rollback may still be called off; the watcher renames it to `firing`, and whoever calls it
 *              off to another name: the first one to rename it decides
 *   watch      locked by the watcher, whose program is `watch.sh`, and whose process is in `pid`
 *   report     what failed in the rollback
 */

/** What one kind of watcher does; all of it for sh(1). */
export interface WatcherParts {
  readonly place: string;
  /** As what it has the lock. */
  readonly owner: string;
  /**
   * `begin`; `due`, whether to roll back now, and `nap`, until that may have changed: `$now` is the uptime in hundredths of a
   * second; `overdue`, whether a run that shows signs of life, and has the lock, is to be ended as well; `called_off`, when that
   * has happened; `settle`, after the steps, with the lock, and `leave`, without it.
   */
  readonly functions: string;
}

/**
 * The watcher. A run that has the lock ends by itself if it lives. If it shows no sign of life, the session by which it has the
 * lock is killed, so that neither a dead run nor one that hangs delays the rollback.
 */
export function watcher({ place, owner, functions }: WatcherParts): string {
  return oneLine`
exec </dev/null >/dev/null 2>&1;
umask 077;
LC_ALL=C PATH=${programPath}; export LC_ALL PATH;
cd ${place} || exit;
exec 8>watch;
flock -n 8 || exit;
${carryOut}
${fenceSession};
mine() {
  { read -r said1; read -r said2; read -r said3; read -r said4; read -r owner group session; } <${lockFile} 2>/dev/null;
  [ "$said1/$said2/$said3/$said4" = "$me" ];
};
listen() {
  sign=;
  if mine; then read -r sign <"${beatFile}.$session"; fi;
  now=$(uptime);
  if [ -n "$sign" ] && [ "$session $sign" != "$last" ]; then last="$session $sign"; fresh=$now; fi;
};
silent() { [ $((now - fresh)) -ge ${String(leaseSeconds * 100)} ]; };
${functions};
{ read -r me1; read -r me2; read -r me3; read -r me4; } <about;
me=$me1/$me2/$me3/$me4;
last=; now=$(uptime); fresh=$now;
begin "$@";
echo $$ >pid;
while [ -e armed ] && { listen; ! due; }; do nap; done;
[ -e armed ] || [ -e firing ] || { called_off; exit; };
patience=0;
if command exec 9<>${lockFile}; then
  until flock -w $patience 9; do
    [ -e armed ] || [ -e firing ] || { called_off; exit; };
    patience=1; listen;
    if { silent || overdue; } && mine; then fence_session 8>&- 9>&-; fi;
  done;
fi;
[ -e firing ] || mv armed firing || { called_off; exit; };
${noteHolder(owner)};
carry_out steps;
settle;
command : >${lockFile};
exec 9>&-;
leave`;
}

/** What arming one kind does; all but the first two for sh(1). */
export interface ArmingParts {
  /** Of the kind. */
  readonly name: string;
  readonly place: string;
  /** The file for what follows the steps on stdin. */
  readonly second: string;
  /** Functions that the others need. */
  readonly functions?: string;
  /** In the directory, before anything is there: takes the words of its own. */
  readonly prepare?: string;
  /** A condition: when all but `armed` is there. */
  readonly complete?: string;
  /** A command, before the watcher is started: ends by `failed WORDS` where it fails. */
  readonly finish?: string;
  /** A command, if it cannot be armed. */
  readonly failed?: string;
}

/**
 * Arms one: an earlier one of its kind is gone then. Its words: bytes of the steps on stdin, the watcher, the watcher's own word,
 * those of its kind, and the lines of `about`.
 */
export function arming(parts: ArmingParts): string {
  const { name, place, second, functions = '', prepare = ':', complete = ':', finish = ':', failed = ':' } = parts;
  return oneLine`
umask 077;
bytes=$1; watch=$2; word=$3; shift 3;
${functions}
failed() { rm -rf ${place}; ${failed}; echo "$1" >&2; exit 1; };
rm -rf ${place};
mkdir -p ${place} && cd ${place} || exit;
${prepare};
{
  head -c "$bytes" >steps && cat >${second} && printf '%s\\n' "$@" >about && printf '%s\\n' "$watch" >watch.sh && ${complete} && : >armed;
} 2>/dev/null;
[ "$(wc -c <steps)" -eq "$bytes" ] && [ -s about ] && [ -e armed ] || failed '${place} cannot be written: is the disk full?';
${finish};
${startWatcher(name, place)}
start_watcher "$word" || failed 'no process can be started that waits'`;
}

/**
 * For sh(1): starts the watcher in its directory, with its word, as a process that outlives the session: if systemd runs, as a
 * unit of its own, for logind may end whatever a session leaves (KillUserProcesses=yes). Without an answer of systemd within 5 s it
 * is a plain process: only one of the two gets the lock on `watch`. Succeeds when it waits.
 */
export function startWatcher(name: string, place: string): string {
  return oneLine`
start_watcher() {
  rm -f pid;
  { [ -d /run/systemd/system ] && timeout -k 1 5 systemd-run --quiet --collect --no-ask-password --unit="lvs-${name}-$$" -p KillMode=process sh ${place}/watch.sh "$@"; } >/dev/null 2>&1 ||
  setsid -f sh ${place}/watch.sh "$@";
  tries=500;
  until [ -s pid ]; do [ $tries -gt 0 ] || return; tries=$((tries - 1)); sleep 0.02; done;
};`;
}
