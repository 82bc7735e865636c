import { monitorCommand } from '../model/monitor-command.ts';
import { lockFile } from '../plan/brief-lock.ts';
import { rootProcess } from '../plan/root-process.ts';
import { wayBackPlace } from '../plan/way-back/place.ts';

/** Where programs are looked for. */
export const agentPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The program that the router's own `sh` runs for the length of a session: a loop that reads requests from stdin and answers
 * on stdout and stderr. It is the same for every router and holds no data; words of commands arrive as lines and are never
 * interpreted by the shell. Each answer ends in a line with the session's mark, which the session chose at random.
 *
 * Requests (all numbers decimal):
 *   run WORDS BYTES      then WORDS lines, one word each, then BYTES bytes for the command's stdin
 *   apart WORDS          the same without stdin: in the background, outliving the session, its output dropped
 *   lock LINES           then LINES lines about the holder: takes the lock, or shows who has it (status 1), or which run waits to
 *                        be confirmed (3): then it is had by that run alone, and by monitors
 *   unlock
 *   facts NAMES          then NAMES lines, a program each: what the session needs to know of the router
 *   beat                 a sign of life; while the lock is held, a session without any for 12 s ends itself
 */
export const agent = `
LC_ALL=C
PATH=${agentPath}
export LC_ALL PATH
umask 022
read -r mark || exit
beats=
watcher=
locked=
answer() { printf '\\n%s %d\\n' "$mark" "$1"; printf '\\n%s\\n' "$mark" >&2; }
note() { [ -z "$beats" ] || { echo "$1" >"$beats"; } 2>/dev/null; }
watch() {
  last= same=0
  while sleep 4; do
    kill -0 $$ 2>/dev/null || { rm -f "$beats"; exit; }
    [ -e "$beats" ] || exit
    read -r now 2>/dev/null <"$beats" || continue
    if [ "$now" = "$last" ] && [ "$now" != busy ]; then same=$((same + 1)); else same=0; fi
    last=$now
    if [ "$same" -ge 2 ]; then rm -f "$beats"; kill -KILL 0; fi
  done
}
waits() { [ -e ${wayBackPlace}/armed ] && ! flock -n ${wayBackPlace}/watch true 9>&-; }
owns() { [ "$(head -n 3 ${wayBackPlace}/about)" = "$(printf '%s\\n' "$1" "$2" "$3")" ]; }
lock() {
  mkdir -p -m 700 /run/lvs || return 2
  # Only root may hold the lock, or wait for it.
  umask 077
  command exec 9<>${lockFile} || { umask 022; return 2; }
  umask 022
  flock -n 9
  case $? in
    0)
      if waits && [ "$4" != '${monitorCommand}' ] && ! owns "$@"; then
        cat ${wayBackPlace}/about; exec 9>&-; return 3
      fi;;
    1)
      # Whoever has just taken it is about to write who that is.
      [ -s ${lockFile} ] || sleep 0.3
      cat ${lockFile}; exec 9>&-; return 1;;
    *) exec 9>&-; return 2;;
  esac
  if ! { printf '%s\\n' "$@" >${lockFile}; } 2>/dev/null; then
    echo '${lockFile} cannot be written: is the disk full?' >&2
    exec 9>&-
    return 2
  fi
  locked=yes
  [ -n "$SSH_CONNECTION" ] || return 0
  beats=/run/lvs/beat.$$
  note 0
  watch 9>&- </dev/null >/dev/null 2>&1 &
  watcher=$!
}
unlock() {
  [ -z "$watcher" ] || kill "$watcher" 2>/dev/null
  [ -z "$beats" ] || rm -f "$beats"
  [ -z "$locked" ] || : >${lockFile}
  beats= watcher= locked=
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
trap unlock EXIT
while read -r verb number bytes; do
  case $verb in beat) note "$number"; continue;; esac
  set --
  while [ "\${number:-0}" -gt 0 ]; do
    IFS= read -r word || exit
    set -- "$@" "$word"
    number=$((number - 1))
  done
  case $verb in
    run)
      if [ "$bytes" -gt 0 ]; then
        input=$(head -c "$bytes" 9>&-; echo .)
        input=\${input%.}
        [ "\${#input}" -eq "$bytes" ] || exit
        note busy
        { printf %s "$input" | "$@"; } 9>&-
      else
        note busy
        "$@" 9>&- </dev/null
      fi
      answer $?;;
    apart) setsid "$@" 9>&- </dev/null >/dev/null 2>&1 & answer $?;;
    lock) lock "$@"; answer $?;;
    unlock) unlock; answer $?;;
    facts) facts "$@"; answer $?;;
  esac
  note idle
done
`;
