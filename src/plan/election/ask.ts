import { findKeepalived, rootProcess } from '../root-process.ts';

/** Only root can open it, and so hold it. */
const askLock = '/run/lvs/ask';

/**
 * Asks keepalived for its state. It has no command for that: on a signal (SIGRTMIN+2, in Debian's build) it writes a file, which
 * holds what it knows at that moment. Notify scripts would run late and out of order, and tell nothing of a keepalived that was
 * running already; a log would have to be read. The signal would end a process that is not ready for it, so its child, to which
 * it is passed on, must catch it or block it for signalfd(2); and the file is looked for where the process has its temporary files.
 * In /tmp another user may have made it, as a directory, too.
 * Whoever asks waits for others who do, at most three seconds: there is one file for all.
 */
export const askKeepalived = [
  'takes() { while read -r key value; do case $key$value in Sig[BC][lg][kt]:*[89abcdef]????????) return 0;; esac; done 2>/dev/null <"/proc/$1/status"; return 1; }',
  'ready() { takes "$pid" || return 1; for child in $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do takes "$child" && return 0; done; return 1; }',
  `${rootProcess} ${findKeepalived} keepalived || { echo "not running"; exit 0; }`,
  `mkdir -p -m 700 /run/lvs && umask 077 && { command exec 8<>${askLock}; } 2>/dev/null && flock -w 3 8`,
  'left=50',
  'until ready; do [ $left -gt 0 ] || exit 0; left=$((left - 1)); sleep 0.02; done',
  'place=$(tr "\\0" "\\n" <"/proc/$pid/environ" | sed -n "s/^TMPDIR=//p")',
  '[ -n "$place" ] || place=/tmp',
  'file="/proc/$pid/root$place/keepalived.json"',
  'whole() { case $(tail -c 2 "$file") in *]) return 0;; esac; return 1; }',
  'rm -rf "$file"',
  'kill -s 36 "$pid" || exit 0',
  'until [ -O "$file" ] && [ ! -h "$file" ] && whole; do [ $left -gt 0 ] || exit 0; left=$((left - 1)); sleep 0.02; done',
  'cat "$file"',
].join('; ');

/** For sh(1): whether keepalived is master here. */
export const masterHere = `ask() { (${askKeepalived}) }; master() { ask | grep -q '"iname":"lvs"[^}]*"state":2,'; }`;

/** Waits until keepalived is master here, at most so many tenths of a second as its word says, and the time to ask as often. */
export const awaitMaster = [
  masterHere,
  'more=$1',
  `until master; do [ $more -gt 0 ] || { echo "keepalived does not become MASTER: see its log" >&2; exit 1; }; more=$((more - 1)); sleep 0.1; done`,
].join('; ');
