/**
 * What a router runs when it boots, a POSIX shell script that is the same for all: the data stand in boot.rules and boot.conf
 * beside it. Every line of boot.conf is a word that says what it is about, and words for the program concerned:
 *
 *   setting NAME VALUE           for sysctl(8)
 *   timeouts TCP TCP-FIN UDP     seconds, for ipvsadm(8)
 *   daemon OPTIONS               for ipvsadm(8)
 *   wait SECONDS                 before the claims
 *   claim ADDRESS PREFIX DEVICE [LABEL]
 *
 * Rules come first; where they cannot be loaded, no address is claimed. Addresses are claimed all or none, and only where
 * nobody on the wire holds any.
 */
export const bootScript = `#!/bin/sh
# Written by lvs, from lvs.yaml: what is changed here is lost. lvs-boot.service runs it; lvsadm(8) says what for.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
here=\${0%/*}
status=0
set -f

failed() { echo "lvs-boot: $*" >&2; status=1; }
# Runs the words after "each KIND COMMAND…" for every line of that kind, with the line's words behind.
each() {
  kind=$1; shift
  while read -r word rest; do
    [ "$word" != "$kind" ] || "$@" $rest || failed "$* $rest"
  done <"$here/boot.conf"
}
setting() { name=$1; shift; sysctl -q -w "$name=$*"; }

held() { [ -n "$(ip -o addr show to "$1")" ]; }
answers() {
  case $1 in
    *:*) ping -6 -q -n -c 2 -w 3 -I "$3" "$1" >/dev/null 2>&1;;
    *)
      if arping -V 2>&1 </dev/null | grep -q Habets; then
        arping -0 -q -c 2 -C 1 -i "$3" "$1" >/dev/null 2>&1
      else
        arping -D -q -c 2 -w 3 -I "$3" "$1" >/dev/null 2>&1
        [ $? -eq 1 ]
      fi;;
  esac
}
# Carriers come late, and without them nobody can be heard.
ready() {
  seconds=0
  until [ "$(cat "/sys/class/net/$3/carrier" 2>/dev/null)" = 1 ]; do
    seconds=$((seconds + 1))
    [ "$seconds" -le 30 ] || { claiming=; failed "$3 has no carrier: no address is claimed"; return 0; }
    sleep 1
  done
}
free() {
  [ -n "$claiming" ] || return 0
  if held "$1"; then claiming=; echo "lvs-boot: $1 is here already: no address is claimed"
  elif answers "$@"; then claiming=; echo "lvs-boot: $1 is held by another: no address is claimed"; fi
}
enable() { ip addr add "$1/$2" dev "$3" \${4:+label "$4"} && enabled="$enabled $1/$2,$3"; }
announce() {
  case $1 in *:*) return 0;; esac
  if arping -V 2>&1 </dev/null | grep -q Habets; then arping -q -U -c 3 -i "$3" -S "$1" "$1" || true
  else arping -q -U -c 3 -I "$3" "$1"; fi >/dev/null
}

mkdir -p /run/lvs
modprobe -q ip_vs
each setting setting
each timeouts ipvsadm --set
if [ -n "$(ipvsadm -Sn)" ]; then
  echo 'lvs-boot: there are rules already: they are left alone'
else
  said=$(ipvsadm -R <"$here/boot.rules" 2>&1) && [ -z "$said" ] || failed "rules: $said"
fi
[ -n "$(ipvsadm -L --daemon 2>/dev/null)" ] || each daemon ipvsadm
[ "$status" -eq 0 ] || exit 1

grep -q '^claim ' "$here/boot.conf" || exit 0
claiming=yes
each claim ready
[ -z "$claiming" ] || each wait sleep
each claim free
[ -n "$claiming" ] || exit "$status"
each claim enable
if [ "$status" -ne 0 ]; then
  for place in $enabled; do ip addr del "\${place%,*}" dev "\${place#*,}"; done
  exit 1
fi
each claim announce
exit "$status"
`;
