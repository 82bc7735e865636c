import { monitorCommand } from '../model/monitor-command.ts';
import { beatFile, lockFile, rollingBack } from '../plan/brief-lock.ts';
import { leasePlace } from '../plan/lease/place.ts';
import { programPath } from '../plan/program-path.ts';
import { wayBackPlace } from '../plan/rollback/place.ts';
import { rootProcess } from '../plan/root-process.ts';

/** Seconds in which what was begun may end when the other side is gone without a word. */
const lastSeconds = 5;

/**
 * The program that the router's own `sh` runs for the length of a session: it reads requests from stdin and answers on stdout
 * and stderr. It is the same for every router and holds no data; words of commands arrive as lines and are never interpreted by
 * the shell. Each answer ends in a line with the session's mark, which the session chose at random.
 *
 * Requests (all numbers decimal):
 *   run WORDS BYTES      then WORDS lines, one word each, then BYTES bytes for the command's stdin
 *   apart WORDS          the same without stdin: in the background, outliving the session, its output dropped
 *   lock LINES           then LINES lines about the owner: takes the lock, or shows who has it (status 1), or which run waits to
 *                        be confirmed (3): then it is had by that run alone, and by monitors. The same holds of a run that is
 *                        lost and not yet rolled back (1)
 *   unlock
 *   facts NAMES          then NAMES lines, a program each: what the session needs to know of the router
 *   beat                 a sign of life, as is every request; unanswered
 *   bye                  no request follows: ends when all are answered
 *   end                  ends at once, and kills the command that runs
 *
 * Two processes share the work, so that a command that hangs keeps nobody from hearing: `listen` reads stdin and passes requests
 * on, `work` carries them out and has the lock. All that a session starts, but for `apart`, is in one process group, and KILL to
 * that group is how everything ends: on `end`; some seconds after stdin ended without `bye`; and, while the lock is held, by `watch`,
 * when for 9 to 12 s there was no sign of life. The lock goes with `work` in any case: no command has descriptor 9, so that one
 * that not even KILL ends cannot keep it.
 *
 * The fifth line of the lock's file is `PID GROUP SESSION`: the process that has the lock, the process group to KILL, and the
 * session, whose signs of life are counted in /run/lvs/beat.SESSION. See fenceSession for how the lock is taken by force.
 */
export const agent = `
LC_ALL=C
PATH=${programPath}
export LC_ALL PATH
umask 022
read -r mark || exit
beats=${beatFile}.$$
watcher=
locked=
answer() { printf '\\n%s %d\\n' "$mark" "$1"; printf '\\n%s\\n' "$mark" >&2; }
# Not head: busybox's reads what follows, too.
take() { dd bs="$1" count=1 iflag=fullblock 2>/dev/null; }
sign() { signs=$((signs + 1)); [ ! -e "$beats" ] || { echo "$signs" >"$beats"; } 2>/dev/null; }
# Who is killed cannot remove anything.
end() { [ ! -e "$beats" ] || rm -f "$beats"; kill -KILL 0; }
listen() {
  signs=0
  while read -r verb number bytes; do
    sign
    case $verb in
      beat) continue;;
      bye) exit;;
      end) end;;
    esac
    printf '%s %s %s\\n' "$verb" "$number" "$bytes" || exit
    while [ "\${number:-0}" -gt 0 ]; do
      IFS= read -r word || break 2
      printf '%s\\n' "$word"
      number=$((number - 1))
    done
    while [ "\${bytes:-0}" -gt 0 ]; do
      block=$((bytes > 131072 ? 131072 : bytes))
      take "$block"
      bytes=$((bytes - block))
      sign
    done
  done
  { sleep ${lastSeconds}; end; } </dev/null >/dev/null 2>&1 &
}
watch() {
  last= same=0
  while sleep 3; do
    [ -e "$beats" ] || exit
    read -r now 2>/dev/null <"$beats" || continue
    if [ "$now" = "$last" ]; then same=$((same + 1)); else same=0; fi
    last=$now
    if [ "$same" -ge 3 ] || ! kill -0 $$ 2>/dev/null; then end; fi
  done
}
waits() { [ -e ${wayBackPlace}/armed ] && ! flock -n ${wayBackPlace}/watch true 9>&-; }
owns() { [ "$(head -n 3 ${wayBackPlace}/about)" = "$(printf '%s\\n' "$1" "$2" "$3")" ]; }
# A run that died is rolled back before another one begins, which would lose what it has done otherwise.
dying() { [ -e ${leasePlace}/armed ] && ! flock -n ${leasePlace}/watch true 9>&- && [ "$(head -n 4 ${leasePlace}/about)" != "$(printf '%s\\n' "$@")" ]; }
about() {
  read -r process stat </proc/self/stat
  group=\${stat##*) }
  group=\${group#* * }
  printf '%s\\n' "$@" "$process \${group%% *} $$"
}
lock() {
  mkdir -p -m 700 /run/lvs || return 2
  # Only root may hold the lock, or wait for it.
  umask 077
  command exec 9<>${lockFile} || { umask 022; return 2; }
  umask 022
  flock -n 9
  status=$?
  # Its owner is about to write who that is, or has just released it: a process that it started ends then.
  if [ $status = 1 ] && [ ! -s ${lockFile} ]; then flock -w 1 9; status=$?; fi
  case $status in
    0)
      if waits && [ "$4" != '${monitorCommand}' ] && ! owns "$@"; then
        cat ${wayBackPlace}/about; exec 9>&-; return 3
      fi
      if [ "$4" != '${monitorCommand}' ] && dying "$@"; then
        head -n 3 ${leasePlace}/about; echo '${rollingBack}'; exec 9>&-; return 1
      fi;;
    1) cat ${lockFile}; exec 9>&-; return 1;;
    *) exec 9>&-; return 2;;
  esac
  if ! { about "$@" >${lockFile}; } 2>/dev/null; then
    echo '${lockFile} cannot be written: is the disk full?' >&2
    exec 9>&-
    return 2
  fi
  locked=yes
  # A session that was killed has left its file.
  for file in ${beatFile}.*; do [ "$file" = "$beats" ] || [ ! -e "$file" ] || rm -f "$file"; done
  echo 0 >"$beats"
  watch 9>&- </dev/null >/dev/null 2>&1 &
  watcher=$!
}
unlock() {
  [ -z "$watcher" ] || kill "$watcher" 2>/dev/null
  [ -z "$locked" ] || : >${lockFile}
  watcher= locked=
  exec 9>&-
}
${rootProcess}
facts() {
  printf 'ssh %s\\n' "$SSH_CONNECTION"
  for name do command -v "$name" >/dev/null || printf 'missing %s\\n' "$name"; done
  if command -v arping >/dev/null; then
    case $(arping -V 2>&1 </dev/null) in
      *iputils*|*BusyBox*) printf 'arping iputils\\n';;
      *Habets*) printf 'arping habets\\n';;
      *) printf 'missing iputils-arping\\n';;
    esac
  fi
  for file in /proc/[0-9]*/comm; do
    name=
    read -r name 2>/dev/null <"$file"
    case $name in
      keepalived|ldirectord|pulse|nanny)
        file=\${file#/proc/}
        if rooted "\${file%/comm}" "$name"; then printf 'process %s\\n' "$name"; fi;;
    esac
  done
  [ ! -d /run/systemd/system ] || echo systemd
  if [ -e /etc/keepalived/keepalived.conf ]; then printf 'file %s\\n' /etc/keepalived/keepalived.conf; fi
}
work() {
  trap 'unlock; [ ! -e "$beats" ] || rm -f "$beats"' EXIT
  while read -r verb number bytes; do
    set --
    while [ "\${number:-0}" -gt 0 ]; do
      IFS= read -r word || exit
      set -- "$@" "$word"
      number=$((number - 1))
    done
    case $verb in
      run)
        if [ "$bytes" -gt 0 ]; then
          input=$(take "$bytes" 9>&-; echo .)
          input=\${input%.}
          [ "\${#input}" -eq "$bytes" ] || exit
          { printf %s "$input" | "$@"; } 9>&-
        else
          "$@" 9>&- </dev/null
        fi
        answer $?;;
      apart) setsid "$@" 9>&- </dev/null >/dev/null 2>&1 & answer $?;;
      lock) lock "$@"; answer $?;;
      unlock) unlock; answer $?;;
      facts) facts "$@"; answer $?;;
    esac
  done
}
# What becomes of them is not for the shell itself to tell.
exec 3>&2 2>/dev/null
listen 2>&3 3>&- | { (work 2>&3 3>&-) || [ $? -lt 128 ] || end; }
`;
