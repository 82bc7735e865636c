import { oneLine } from '../../grammar/one-line.ts';
import { rollingBackUnconfirmed } from '../brief-lock.ts';
import { uptime } from './carry-out.ts';
import { lastingPlace, syncLasting, wayBackPlace } from './place.ts';
import { arming, startWatcher, watcher } from './watcher.ts';

/*
 * What rolls back a run by itself that is not confirmed in time: see watcher.ts. Beside what stands there the directory holds
 *
 *   about      eight lines: until, seconds, routers and file follow
 *   confirmed  it is kept: `armed` was renamed to that
 *   put-back   it was rolled back, or `failed`: `firing` was renamed to that
 *   now        a rollback is wanted at once
 *   before     what was there, in a form that is only compared
 *   end        when it is due: hundredths of a second of the router's uptime
 *   wake       a FIFO: a line in it wakes the watcher, which has it open, so that no line is lost
 *
 * The steps that are about files stand in a directory on the disk as well, from where lvs-boot carries them out (see
 * files/boot/recover.ts) until they have been, or nothing is to be rolled back any more.
 */

const common = oneLine`
${uptime}
snapshot() {
  [ ! -e rules ] || ipvsadm -Sn | sort;
  ip -o addr show | sed -n '/^1: lo .* valid_lft [0-9]/d; s/^[0-9]*: *\\([^ ]*\\) *inet6* *\\([^ ]*\\).*/\\1 \\2/p';
  while IFS= read -r path; do sha256sum -- "$path"; done <paths 2>/dev/null;
  :;
};
wake() { exec 7<>wake; echo >&7; };
forget() { [ ! -e ${lastingPlace} ] || { rm -rf ${lastingPlace}; ${syncLasting}; }; };`;

/**
 * For sh(1): prints what the steps were to roll back and is not as it was before, at most ten lines, for a tool may have done
 * nothing and said nothing of it. What others changed meanwhile, such as a monitor's weights, is in none of the steps.
 */
const differing = oneLine`
differing() {
  snapshot >found;
  sed 's/$/ /' steps >meant;
  {
    grep -vxF -f found before | sed 's/^/missing /';
    grep -vxF -f before found | sed 's/^/there /';
  } | while read -r how first second third fourth fifth rest; do
    line="$first $second $third $fourth $fifth $rest";
    case $first in
      -A) set -- -e "-A $second $third " -e "-D $second $third " -e "-E $second $third ";;
      -a) set -- -e "$second $third $fourth $fifth ";;
      *) case $second in
        /*) line=$second; how=differs; set -- -e "$second ";;
        *) set -- -e "$second dev $first ";;
      esac;;
    esac;
    if grep -qF "$@" meant; then echo "$how after the rollback: $line"; fi;
  done | sed 's/^there/still there/; s/ *$//' | cut -c 1-300 | head -n 10 | sort -u;
};`;

/** Seconds for which a run that lives, and has come to its time, is given to end by itself: a request has no more. */
const lateSeconds = 30;

/**
 * Waits until the time is up; the word is how long, in hundredths of a second. Another watcher that takes its place when it was
 * killed goes on where it was. Before the end it listens for signs of life, to know then whether the run has any.
 */
export const watchScript = watcher({
  place: wayBackPlace,
  owner: rollingBackUnconfirmed,
  functions: oneLine`
${common}
${differing}
begin() { exec 7<>wake; [ -s end ] || echo "$((now + $1))" >end; read -r end <end; };
due() { [ -e now ] || [ "$now" -ge "$end" ]; };
nap() {
  left=$((end - now));
  if [ $left -gt 850 ]; then left=200; elif [ $left -gt 50 ]; then left=50; fi;
  after $left head -n 1 <&7;
};
overdue() { [ $((now - end)) -ge ${String(lateSeconds * 100)} ]; };
called_off() { :; };
settle() {
  result=put-back;
  if [ -s report ]; then if snapshot | cmp -s - before; then rm -f report; else result=failed; fi;
  else differing >report; [ ! -s report ] || result=failed; fi;
  forget;
  mv firing $result;
  rm -f steps input before said found meant;
};
leave() {
  why="not confirmed within $(sed -n 6p about) s";
  [ ! -e now ] || why=$(cat now);
  priority=notice;
  [ $result = put-back ] || { priority=err; why="$why; not everything could be rolled back: $(head -n 1 report)"; };
  logger -t lvs -p user.$priority -- "$me1, from $me2: $me4: $result: $why";
}`,
});

/**
 * On stdin the steps are followed by those for the next start. The words of this kind: bytes of the latter, whether rules are
 * compared, how many paths, and these.
 */
export const armScript = arming({
  name: 'confirm',
  place: wayBackPlace,
  second: 'lasting',
  functions: oneLine`
${common}
last() {
  mkdir -p ${lastingPlace}.new && cp lasting ${lastingPlace}.new/steps && cp about ${lastingPlace}.new/about &&
  sync ${lastingPlace}.new/* ${lastingPlace}.new && mv ${lastingPlace}.new ${lastingPlace} && ${syncLasting};
};`,
  prepare: oneLine`
lasting=$1; rules=$2; paths=$3; shift 3;
forget;
mkfifo wake && : >paths || exit;
[ "$rules" = no ] || : >rules;
while [ "$paths" -gt 0 ]; do printf '%s\\n' "$1" >>paths; shift; paths=$((paths - 1)); done`,
  complete: 'snapshot >before',
  finish: oneLine`
[ "$lasting" -eq 0 ] || { last && [ "$(wc -c <${lastingPlace}/steps)" -eq "$lasting" ]; } 2>/dev/null || failed '${lastingPlace} cannot be written: is the disk full?';
rm -f lasting`,
  failed: `rm -rf ${lastingPlace}.new; forget`,
});

/** Prints what is there: a line each with a word about what it says. */
export const lookScript = oneLine`
cd ${wayBackPlace} 2>/dev/null || exit 0;
${common}
for state in armed firing confirmed put-back failed; do [ ! -e $state ] || echo "state $state"; done;
if { [ -e armed ] || [ -e firing ]; } && flock -n watch true; then echo unwatched; fi;
[ ! -e end ] || echo "left $(($(cat end) - $(uptime)))";
sed 's/^/about /' about 2>/dev/null;
sed -n '/./s/^/report /p' report 2>/dev/null;
:`;

/** Starts another watcher if there is none where there should be. */
export const reviveScript = oneLine`
umask 077;
cd ${wayBackPlace} 2>/dev/null || exit;
${startWatcher('confirm', wayBackPlace)}
{ [ -e armed ] || [ -e firing ]; } && [ -s end ] || exit;
flock -n watch true || exit 0;
start_watcher`;

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
