import { oneLine } from '../../grammar/one-line.ts';
import { lockFile } from '../brief-lock.ts';
import { programPath } from '../program-path.ts';
import { after, carryOut, startApart, uptime } from './carry-out.ts';
import { lastingPlace, syncLasting, wayBackPlace } from './place.ts';

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
 *   watch      locked by the process that waits, whose program is `watch.sh`
 *   wake       a FIFO: whoever opens it wakes that process
 *
 * The steps that are about files stand in a directory on the disk as well, from where lvs-boot carries them out (see
 * files/boot/recover.ts) until they have been, or nothing is to go back any more.
 */

const common = oneLine`
${uptime}
snapshot() {
  [ ! -e rules ] || ipvsadm -Sn | sort;
  ip -o addr show | sed -n '/^1: lo .* valid_lft [0-9]/d; s/^[0-9]*: *\\([^ ]*\\) *inet6* *\\([^ ]*\\).*/\\1 \\2/p';
  while IFS= read -r path; do sha256sum -- "$path"; done <paths 2>/dev/null;
  :;
};
wake() { exec 7<>wake; echo >&7; sleep 0.2; };
forget() { [ ! -e ${lastingPlace} ] || { rm -rf ${lastingPlace}; ${syncLasting}; }; };`;

/** Waits, and puts back. The word is how long, in hundredths of a second. */
export const watchScript = oneLine`
exec </dev/null >/dev/null 2>&1;
umask 077;
LC_ALL=C PATH=${programPath}; export LC_ALL PATH;
cd ${wayBackPlace} || exit;
exec 8>watch;
flock -n 8 || exit;
${common}
end=$(($(uptime) + $1));
echo "$end" >end;
echo $$ >pid;
${after}
${carryOut}
while [ -e armed ] && [ ! -e now ] && left=$((end - $(uptime))) && [ $left -gt 0 ]; do after $left cat wake; done;
[ -e armed ] || exit;
command exec 9<>${lockFile} && flock -w 60 9;
mv armed firing || exit;
{ head -n 3 about; printf 'putting back: '; sed -n 4p about; } >${lockFile};
carry_out steps;
result=put-back;
if [ -s report ]; then if snapshot | cmp -s - before; then rm -f report; else result=failed; fi; fi;
rm -f steps input before said;
forget;
mv firing $result;
: >${lockFile};
exec 9>&-;
why="nobody confirmed within $(sed -n 6p about) s";
[ ! -e now ] || why=$(cat now);
priority=notice;
[ $result = put-back ] || { priority=err; why="$why; not everything could be put back: $(head -n 1 report)"; };
logger -t lvs -p user.$priority -- "$(sed -n 1p about), from $(sed -n 2p about): $(sed -n 4p about): $result: $why"`;

/** Its words: bytes of the steps on stdin and, behind them, of those for the next start, hundredths of a second, the script above, whether rules are compared, how many paths, and these; then what it is about. */
export const armScript = oneLine`
umask 077;
${common}
bytes=$1; lasting=$2; left=$3; watch=$4; rules=$5; paths=$6; shift 6;
rm -rf ${wayBackPlace};
forget;
mkdir -p ${wayBackPlace} && cd ${wayBackPlace} && mkfifo wake && : >paths || exit;
[ "$rules" = no ] || : >rules;
${startApart}
last() {
  mkdir -p ${lastingPlace}.new && cp lasting ${lastingPlace}.new/steps && cp about ${lastingPlace}.new/about &&
  sync ${lastingPlace}.new/* ${lastingPlace}.new && mv ${lastingPlace}.new ${lastingPlace} && ${syncLasting};
};
while [ "$paths" -gt 0 ]; do printf '%s\\n' "$1" >>paths; shift; paths=$((paths - 1)); done;
failed() { rm -rf ${wayBackPlace}; forget; echo "$1" >&2; exit 1; };
{ head -c "$bytes" >steps && cat >lasting && printf '%s\\n' "$@" >about && printf '%s\\n' "$watch" >watch.sh && snapshot >before && : >armed; } 2>/dev/null;
[ "$(wc -c <steps)" -eq "$bytes" ] && [ -s about ] && [ -e armed ] || failed '${wayBackPlace} cannot be written: is the disk full?';
[ "$lasting" -eq 0 ] || { last && [ "$(wc -c <${lastingPlace}/steps)" -eq "$lasting" ]; } 2>/dev/null || failed '${lastingPlace} cannot be written: is the disk full?';
rm -f lasting;
start_apart confirm ${wayBackPlace}/watch.sh "$left";
tries=500;
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
forget;
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
if mv armed disarmed 2>/dev/null; then forget; wake; rm -rf ${wayBackPlace}; fi`;
