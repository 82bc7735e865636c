import { oneLine } from '../grammar/one-line.ts';
import type { Command } from './change.ts';
import { asLetGo, heldThere } from './election/hold.ts';
import type { Invocation } from './invocations.ts';
import { holdDevice } from './left-behind.ts';

/**
 * Carries commands out with as little time as possible between them: one process for all, which has tc(8) and ip(8) started
 * before it begins, and hands each its lines when those before are done. bash waits by itself; elsewhere a `sleep` is started
 * with the line before it, so that its own start takes no time. What comes after the last line by which addresses go is run in
 * any case, also after a failure: it lets go of whatever the others hold.
 *
 * Each program is asked something harmless after its lines, and what it answers says that they have been carried out: one line,
 * for nobody else has a hand in the queue. What it says otherwise is an error, unless it only warns, told as `ip -batch` does,
 * with the number of the line here.
 */
const carryOutAtOnce = oneLine`
set -f; umask 077;
place=$(mktemp -d) || exit; trap 'rm -rf "$place"' EXIT;
mkfifo "$place/tc" "$place/tc-said" "$place/ip" "$place/ip-said" "$place/nothing" || exit;
tc -batch - <"$place/tc" >"$place/tc-said" 2>&1 &
ip -o -batch - <"$place/ip" >"$place/ip-said" 2>&1 &
exec 3>"$place/tc" 4<"$place/tc-said" 5>"$place/ip" 6<"$place/ip-said" 7<>"$place/nothing"; rm -rf "$place";
if [ -n "$BASH_VERSION" ];
then begin() { :; }; pause() { read -r -t "$1" <&7; [ $? -gt 128 ]; };
else timer=; begin() { sleep "$1" & timer=$!; }; pause() { [ -n "$timer" ] || begin "$1"; wait $timer; timer=; };
fi;
heard() { while read -r said; do case $said in Warning:*) ;; "$1"*) return;; *) return 1;; esac; done; false; };
to_tc() { printf '%s\\n' "$@" 'qdisc show dev ${holdDevice}' >&3; heard 'qdisc plug ' <&4; };
to_ip() { printf '%s\\n' "$@" 'link show dev lo' >&5; heard '1: ' <&6; };
${heldThere};
let_go() {
  echo 1 >"$1" || return; shift;
  while [ $# -gt 0 ]; do
    count=0;
    while held "$@"; do
      [ $count -lt 100 ] || { said="keepalived keeps $1: see its log"; return 1; };
      count=$((count + 1)); sleep 0.02;
    done;
    shift 2;
  done;
};
to_tc && to_ip || { echo "$said" >&2; exit 1; };
last=0;
while read -r line; do set -- "$@" "$line"; case $line in 'ip '*|'let-go '*) last=$#;; esac; done;
number=0;
while [ $# -gt 0 ]; do
  line=$1; words=\${line#* }; number=$((number + 1)); said=; shift;
  case $1 in 'sleep '*) begin "\${1#* }";; esac;
  case $line in
    'tc '*) to_tc "$words";; 'ip '*) to_ip "$words";; 'let-go '*) let_go $words;;
    'sleep '*) pause "$words";; 'sysctl '*) sysctl -q $words;; *) false;;
  esac && continue;
  printf '%s\\nCommand failed -:%s\\n' "\${said:-it ended}" "$number" >&2;
  for line do number=$((number + 1)); [ $number -le $last ] || $line; done;
  exit 1;
done;
exec 3>&- 5>&-; wait`;

/** Its words are the name by which people hear of it, and the script. */
const inBestShell = 'exec "$(command -v bash || echo sh)" -c "$1" "$0"';

export function atOnce(commands: readonly Command[]): Invocation[] {
  if (commands.length === 0) return [];
  const input = commands.map((command) => `${lineOf(command)}\n`).join('');
  return [{ argv: ['sh', '-c', inBestShell, 'at-once', carryOutAtOnce], input }];
}

/** A script of ours, which cannot stand in a line, is part of the one here. */
function lineOf(command: Command): string {
  const words = asLetGo(command);
  return words === null ? command.argv.join(' ') : ['let-go', ...words].join(' ');
}
