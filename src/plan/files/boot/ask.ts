/**
 * The part of the boot script that asks on the wire who has the addresses, of all of them side by side. Not to be able to ask is
 * no answer: there are three outcomes, as src/router/probe.ts has them.
 *
 * Of an IPv6 address the neighbour table tells, whether or not its holder answers a ping. An ip(8) of 2021 or later has the
 * kernel ask by itself ("use"); for an older one ping(8) has to send something.
 */
export const bootAsk = `
# Status 0: nobody answers for the address; 1: somebody does; 2 or more: nobody can tell.
ask() {
  case $(ip link show dev "$2") in *NOARP*) return 0;; esac
  case $1 in *:*) ask_neighbours "$@";; *) ask_arp "$@";; esac
}
ask_arp() {
  if [ -n "$habets" ]; then
    said=$(arping -0 -q -c "$seconds" -C 1 -i "$2" "$1" 2>&1)
    case $?$said in 0*) return 1;; 1) return 0;; *) return 2;; esac
  fi
  arping -D -q -c "$seconds" -w "$seconds" -I "$2" "$1"
}
ask_neighbours() {
  until_addressed "$2" || return 2
  # What it says of itself now may be of another time.
  ip neigh del "$1" dev "$2" 2>/dev/null
  solicit "$1" "$2" || return 2
  while [ "$tenths" -gt 0 ]; do
    case $(ip neigh show to "$1" dev "$2") in
      '') solicit "$1" "$2" || return 2;;
      *lladdr*) return 1;;
      *FAILED*) return 0;;
    esac
    tenths=$((tenths - 1)); sleep 0.1
  done
  return 2
}
solicit() {
  ip neigh replace "$1" dev "$2" use 2>/dev/null && return
  ping -6 -q -n -c 1 -w 3 -I "$2" "$1"
  [ $? -le 1 ]
}
# Until others have agreed to its link-local address, a device cannot ask anything; that takes two seconds at most.
until_addressed() {
  left=50
  until [ -n "$(ip -6 -o addr show dev "$1" scope link -tentative)" ]; do
    [ "$left" -gt 0 ] || return 1
    left=$((left - 1)); sleep 0.1
  done
}

look() { { ask "$1" "$3" >/dev/null 2>&1; case $? in 0) echo "0 $1";; 1) echo "1 $1";; *) echo "2 $1";; esac; } </dev/null & }
# Arguments: how many times to ask by ARP, one a second, and how many tenths of a second to wait for a neighbour, to which the
# kernel gives three seconds. Who answers is in "others" then, of which nobody can tell in "unknown".
look_around() {
  seconds=$1 tenths=$2
  answers=$(each claim look)
  others=$(answering 1)
  unknown=$(answering 2)
  # Also where a probe was killed.
  [ "$(echo "$answers" | wc -l)" -eq "$(each claim echo | wc -l)" ] || unknown=\${unknown:-some of them }
}
answering() { echo "$answers" | sed -n "s/^$1 //p" | tr '\\n' ' '; }
`;
