import { oneLine } from '../../grammar/one-line.ts';
import { lockFile } from '../brief-lock.ts';
import { wayBackPlace } from './place.ts';

/*
 * What keeps a way back on a router: POSIX shell, the same everywhere; data come as words and on stdin. The directory holds
 *
 *   about      eight lines: who, from where, since, doing, until, seconds, routers, file
 *   steps      what is to be done, see steps.ts
 *   armed      there as long as it may still be confirmed; renamed to `confirmed`, or to `firing` by whoever does it, and then
 *              to `put-back` or `failed`: whoever renames it first decides
 *   now        it is wanted at once
 *   before     what was there, in a form that is only compared
 *   end        when it fires: hundredths of a second of the router's uptime
 *   report     what failed on the way back
 *   watch      locked by the process that waits
 *   wake       a FIFO: whoever opens it wakes that process
 */

const common = oneLine`
uptime() { read -r up rest </proc/uptime; echo "\${up%.*}\${up#*.}"; };
snapshot() {
  [ ! -e rules ] || ipvsadm -Sn | sort;
  ip -o addr show | sed -n '/^1: lo .* valid_lft [0-9]/d; s/^[0-9]*: *\\([^ ]*\\) *inet6* *\\([^ ]*\\).*/\\1 \\2/p';
  while IFS= read -r path; do sha256sum -- "$path"; done <paths 2>/dev/null;
  :;
};
wake() { exec 7<>wake; echo >&7; sleep 0.2; };`;

/** Waits, and puts back. The word is how long, in hundredths of a second. */
export const watchScript = oneLine`
exec </dev/null >/dev/null 2>&1;
umask 077;
cd ${wayBackPlace} || exit;
exec 8>watch;
flock -n 8 || exit;
${common}
end=$(($(uptime) + $1));
echo "$end" >end;
echo $$ >pid;
after() { timeout "$(printf '%d.%02d' $(($1 / 100)) $(($1 % 100)))" "$2" "$3" 8>&- 9>&-; };
while [ -e armed ] && [ ! -e now ] && left=$((end - $(uptime))) && [ $left -gt 0 ]; do after $left cat wake; done;
[ -e armed ] || exit;
command exec 9<>${lockFile} && flock -w 60 9;
mv armed firing || exit;
{ head -n 3 about; printf 'putting back: '; sed -n 4p about; } >${lockFile};
begin=$(uptime);
kept=;
reported() { { printf '%s: ' "$1"; tr '\\n' ' ' <said; } | cut -c 1-300 >>report; echo >>report; };
exec 3<steps;
while read -r verb stage words bytes <&3; do
  set --;
  while [ "$words" -gt 0 ]; do IFS= read -r word <&3 || exit; set -- "$@" "$word"; words=$((words - 1)); done;
  if [ "$bytes" -gt 0 ]; then head -c "$bytes" <&3 >input; else : >input; fi;
  if [ "$verb" = at ]; then
    left=$((begin + stage * 100 - $(uptime)));
    [ $left -le 0 ] || after $left sleep 60;
    continue;
  fi;
  case $kept$stage in yesdisable|yeswithdraw) continue;; esac;
  "$@" <input >/dev/null 2>said 3<&- 8>&- 9>&-;
  status=$?;
  if [ $status -eq 0 ] && { [ "$1" != ipvsadm ] || [ ! -s said ]; }; then continue; fi;
  [ "$verb" = try ] && continue;
  [ -s said ] || echo "exit status $status" >said;
  reported "$1";
  case $verb$stage in guard*|runenable) kept=yes;; esac;
done;
exec 3<&-;
result=put-back;
if [ -s report ]; then if snapshot | cmp -s - before; then rm -f report; else result=failed; fi; fi;
rm -f steps input before said;
mv firing $result;
: >${lockFile};
exec 9>&-;
why="nobody confirmed within $(sed -n 6p about) s";
[ ! -e now ] || why=$(cat now);
priority=notice;
[ $result = put-back ] || { priority=err; why="$why; not everything could be put back: $(head -n 1 report)"; };
logger -t lvs -p user.$priority -- "$(sed -n 1p about), from $(sed -n 2p about): $(sed -n 4p about): $result: $why"`;

/** Its words: bytes of the steps on stdin, hundredths of a second, the script above, whether rules are compared, how many paths, and these; then what it is about. */
export const armScript = oneLine`
umask 077;
${common}
bytes=$1; left=$2; watch=$3; rules=$4; paths=$5; shift 5;
rm -rf ${wayBackPlace};
mkdir -p ${wayBackPlace} && cd ${wayBackPlace} && mkfifo wake && : >paths || exit;
[ "$rules" = no ] || : >rules;
while [ "$paths" -gt 0 ]; do printf '%s\\n' "$1" >>paths; shift; paths=$((paths - 1)); done;
failed() { rm -rf ${wayBackPlace}; echo "$1" >&2; exit 1; };
{ cat >steps && printf '%s\\n' "$@" >about && snapshot >before && : >armed; } 2>/dev/null;
[ "$(wc -c <steps)" -eq "$bytes" ] && [ -s about ] && [ -e armed ] || failed '${wayBackPlace} cannot be written: is the disk full?';
setsid -f sh -c "$watch" watch "$left";
tries=250;
until [ -s pid ]; do [ $tries -gt 0 ] || failed 'no process can be started that waits'; tries=$((tries - 1)); sleep 0.02; done`;

/** Prints what is there: a line each with a word about what it says. */
export const lookScript = oneLine`
cd ${wayBackPlace} 2>/dev/null || exit 0;
${common}
for state in armed firing confirmed put-back failed; do [ ! -e $state ] || echo "state $state"; done;
if [ -e armed ] && flock -n watch true; then echo unwatched; fi;
[ ! -e end ] || echo "left $(($(cat end) - $(uptime)))";
sed 's/^/about /' about 2>/dev/null;
sed -n '/./s/^/report /p' report 2>/dev/null;
:`;

/** Ends with 1 where it is too late. */
export const keepScript = oneLine`
cd ${wayBackPlace} 2>/dev/null || exit 1;
${common}
mv armed confirmed 2>/dev/null || exit 1;
rm -f steps before;
wake`;

/** Lets it fire at once; the word says why. */
export const fireScript = oneLine`
cd ${wayBackPlace} 2>/dev/null || exit 0;
${common}
[ -e armed ] || exit 0;
echo "$1" >now;
wake`;

/** Nothing is to go back, for all is back already. */
export const disarmScript = oneLine`
cd ${wayBackPlace} 2>/dev/null || exit 0;
${common}
if mv armed disarmed 2>/dev/null; then wake; rm -rf ${wayBackPlace}; fi`;
