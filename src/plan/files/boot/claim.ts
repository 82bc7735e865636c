import { lockFile } from '../../brief-lock.ts';
import { lendingWords } from '../../lending.ts';

/**
 * The part of the boot script that claims addresses, all or none, where it is known that nobody has any of them. Two routers that
 * look at the same time both find nobody, and a switch that has just come up passes nothing on for half a minute. So it is looked
 * again for a while; the lines of boot.conf say who gives way when.
 *
 * Whatever is done with addresses is done under the lock that lvs takes, too.
 */
export const bootClaim = `
give_up() { failed "$*: no address is claimed"; exit 1; }

# Carriers come late, and without them nobody can be heard.
without_carrier() { carrier=; read -r carrier 2>/dev/null <"/sys/class/net/$3/carrier"; [ "$carrier" = 1 ] || echo "$3"; }
dark() { each claim without_carrier | sort -u | tr '\\n' ' '; }
until_carriers() {
  left=$(each carriers echo)
  without=$(dark)
  [ -z "$without" ] || echo "lvs-boot: no carrier on \${without% }: waiting for it, at most $left s"
  while [ -n "$without" ]; do
    [ "$left" -gt 0 ] || give_up "no carrier on \${without% }"
    left=$((left - 1)); sleep 1
    without=$(dark)
  done
}

# Status 1: somebody else has had the lock for so many seconds.
begin() {
  umask 077
  command exec 9<>${lockFile} && flock -w "$1" 9 || return 1
  trap end EXIT
  printf '%s\\n' root "$(uname -n)" "$(date -u +%FT%TZ)" lvs-boot >${lockFile}
}
end() { trap - EXIT; : >${lockFile}; exec 9>&-; }

held() { [ -z "$(ip -o addr show to "$1")" ] || echo "$1"; }
enable() { ip addr add "$1/$2" dev "$3" \${4:+label "$4"} && enabled="$enabled $1/$2,$3"; }
disable_all() { for place in $enabled; do ip addr del "\${place%,*}" dev "\${place#*,}"; done; }
# One of IPv6 announces itself when it comes.
announce() {
  case $1 in *:*) return 0;; esac
  if [ -n "$habets" ]; then arping -q -U -c 2 -i "$3" -S "$1" "$1"; else arping -q -U -c 2 -I "$3" "$1"; fi \\
    </dev/null >/dev/null 2>&1 &
}

claim() {
  [ -n "$(ipvsadm -Sn)" ] || [ ! -s "$here/boot.rules" ] || give_up 'nothing stands behind them, for the rules could not be loaded'
  here_already=$(each claim held | tr '\\n' ' ')
  [ -z "$here_already" ] || { echo "lvs-boot: \${here_already% } is here already: no address is claimed"; exit "$status"; }
  look_around 3 60
  [ -z "$others" ] || { echo "lvs-boot: \${others% } is configured on another machine: no address is claimed"; exit "$status"; }
  [ -z "$unknown" ] || give_up "it cannot be determined which machine has \${unknown% }"
  each claim enable
  [ "$status" -eq 0 ] || { disable_all; give_up 'not all could be enabled'; }
  echo "lvs-boot: the floating addresses are claimed"
  each claim announce
  wait
}

# A device that has an IPv6 address itself does not hear others answer for it: for a second at most it is lent to the loopback
# device, unless the kernel has to be made to ask by a ping, which would stay inside then.
step_aside() {
  case $1 in *:*) ;; *) return 0;; esac
  [ -z "$can_use" ] || ip addr add "$1/128" ${lendingWords(60)}
  ip addr del "$1/$2" dev "$3"
}
step_back() {
  case $1 in *:*) ;; *) return 0;; esac
  ip addr add "$1/$2" dev "$3"
  [ -z "$can_use" ] || ip addr del "$1/128" dev lo
}
# Arguments: seconds to wait, and what to do where somebody else answers as well: keep or yield.
look_again() {
  sleep "$1"
  begin 10 || return 0
  # Somebody has moved them meanwhile, who knows better.
  [ "$(each claim held | wc -l)" -eq "$(each claim echo | wc -l)" ] || exit "$status"
  trap '' TERM
  each claim step_aside
  look_around 1 5
  each claim step_back
  trap - TERM
  if [ -n "$others" ] && [ "$2" = yield ]; then
    disable_all
    echo "lvs-boot: \${others% } is configured on another machine, too: all are left to that one"
    exit "$status"
  fi
  [ -z "$others" ] || echo "lvs-boot: \${others% } is configured on another machine, too, which is to release it"
  [ "$2" = yield ] || { each claim announce; wait; }
  end
}

claim_and_look_again() {
  grep -q '^claim ' "$here/boot.conf" || exit 0
  if arping -V 2>&1 </dev/null | grep -q Habets; then habets=yes; else habets=; fi
  if ip neigh help 2>&1 | grep -q -w use; then can_use=yes; else can_use=; fi
  enabled=
  until_carriers
  each wait sleep
  begin 60 || give_up "${lockFile} is held: $(tr '\\n' ' ' <${lockFile})"
  claim
  end
  set -- $(each look echo)
  while [ $# -gt 0 ]; do look_again "$1" "$2"; shift 2; done
}
`;
