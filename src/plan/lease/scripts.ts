import { oneLine } from '../../grammar/one-line.ts';
import { beatFile, fenceSession, lockFile, noteHolder, rollingBack } from '../brief-lock.ts';
import { programPath } from '../program-path.ts';
import { after, carryOut, startApart, uptime } from '../way-back/carry-out.ts';
import { leasePlace, leaseSeconds } from './place.ts';

/*
 * What ends a run by itself on a router: POSIX shell, the same everywhere; data come as words and on stdin. The directory holds
 *
 *   about      four lines: who, from where, since, doing
 *   steps      what is to be done, see way-back/steps.ts
 *   armed      there as long as the run goes on; renamed to `ended` by the run, or to `firing` by whoever ends it
 *   kept       addresses were kept, or the run says so at its end: `listening`, which are steps, too, are done without the lock
 *   watch      locked by the process that waits, whose program is `watch.sh`
 *
 * A run that arms it again makes a new directory, and the process that waits in the old one sees nothing of it any more.
 */

/** Waits for signs of life of the session that has the lock for the run; without any it ends that session, and then the run. */
export const watchScript = oneLine`
exec </dev/null >/dev/null 2>&1;
umask 077;
LC_ALL=C PATH=${programPath}; export LC_ALL PATH;
cd ${leasePlace} || exit;
exec 8>watch;
flock -n 8 || exit;
${uptime}
${after}
${carryOut}
${fenceSession};
clock() { read -r up rest </proc/uptime; now="\${up%.*}\${up#*.}"; };
mine() {
  { read -r said1; read -r said2; read -r said3; read -r said4; read -r owner group session; } <${lockFile} 2>/dev/null;
  [ "$said1/$said2/$said3/$said4" = "$me" ];
};
{ read -r me1; read -r me2; read -r me3; read -r me4; } <about;
me=$me1/$me2/$me3/$me4;
echo $$ >pid;
last=; clock; fresh=$now;
while [ -e armed ]; do
  sign=;
  if mine; then read -r sign <"${beatFile}.$session"; fi;
  clock;
  if [ -n "$sign" ] && [ "$session $sign" != "$last" ]; then last="$session $sign"; fresh=$now;
  elif [ $((now - fresh)) -ge ${String(leaseSeconds * 100)} ]; then break; fi;
  sleep 0.5;
done;
if [ ! -e armed ]; then
  [ ! -e kept ] || carry_out listening;
  rm -f -- *; exit;
fi;
command exec 9<>${lockFile} || exit;
while [ -e armed ]; do if mine; then fence_session 8>&- 9>&-; fi; ! flock -w 5 9 || break; done;
mv armed firing || exit;
${noteHolder(rollingBack)};
carry_out steps;
: >${lockFile};
exec 9>&-;
why='the run showed no sign of life: ended by this router itself';
[ ! -s report ] || why="$why; not everything could be rolled back: $(head -n 1 report)";
logger -t lvs -p user.warning -- "$me1, from $me2: $me4: $why";
[ ! -e kept ] || carry_out listening;
rm -f -- *`;

/** Its words: bytes of the steps on stdin, which are followed by those for listening, the script above, and what it is about. */
export const armScript = oneLine`
umask 077;
bytes=$1; watch=$2; shift 2;
rm -rf ${leasePlace};
mkdir -p /run/lvs && mkdir ${leasePlace} && cd ${leasePlace} || exit;
{ head -c "$bytes" >steps && cat >listening && printf '%s\\n' "$@" >about && printf '%s\\n' "$watch" >watch.sh && : >armed; } || exit;
[ "$(wc -c <steps)" -eq "$bytes" ] || exit;
${startApart}
start_apart lease ${leasePlace}/watch.sh;
tries=250;
until [ -s pid ]; do [ $tries -gt 0 ] || exit; tries=$((tries - 1)); sleep 0.02; done`;

/** What the run itself does at its end; it fails if the router was earlier. */
export const endLease = ['mv', '--', `${leasePlace}/armed`, `${leasePlace}/ended`] as const;

/** The same, and the router goes on listening. */
export const listenOn = ['sh', '-c', `: >${leasePlace}/kept && ${endLease.join(' ')}`, 'listen-on'] as const;
