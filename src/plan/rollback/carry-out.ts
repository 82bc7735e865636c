import { oneLine } from '../../grammar/one-line.ts';

/** For sh(1): the router's uptime in hundredths of a second, which no change of its clock moves. */
export const uptime = oneLine`
uptime() { read -r up rest </proc/uptime; echo "\${up%.*}\${up#*.}"; };`;

/**
 * For sh(1): carries out the steps in a file (see steps.ts), all of them, in the directory where it stands. What failed is in
 * `report` then, a line each. `after` waits so many hundredths of a second, or until the command ends. Descriptors 8 and 9 are
 * those of locks.
 */
export const carryOut = oneLine`
${uptime}
after() { limit=$(printf '%d.%02d' $(($1 / 100)) $(($1 % 100))); shift; timeout "$limit" "$@" 8>&- 9>&-; };
reported() { { printf '%s: ' "$1"; tr '\\001-\\037\\177' ' ' <said; } | cut -c 1-300 >>report; echo >>report; };
carry_out() {
  begin=$(uptime);
  kept=;
  exec 3<"$1";
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
};`;
