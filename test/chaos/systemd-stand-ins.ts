/** For sh(1): starts keepalived on a router, once all of the former one has ended. */
export const startKeepalived = `i=0
while pgrep -x keepalived >/dev/null && [ $((i += 1)) -lt 40 ]; do pkill -KILL -x keepalived; sleep 0.1; done
rm -f /run/keepalived.pid /run/keepalived/*.pid
exec env TMPDIR=/run keepalived </dev/null >/dev/null 2>&1`;

/** Routers of rounds have no systemd. This knows keepalived.service alone, and enables it as systemctl does, in /etc. */
export const systemctlStandIn = `#!/bin/sh
enabled=/etc/systemd/system/multi-user.target.wants/keepalived.service
now=
verb=
for word do
  case $word in
    --now) now=yes;;
    -*) ;;
    *) if [ -z "$verb" ]; then verb=$word; else unit=\${word%.service}; fi;;
  esac
done
[ "$verb" = daemon-reload ] || [ "$unit" = keepalived ] || { echo "Unit $unit.service could not be found." >&2; exit 4; }
runs() { pgrep -x keepalived >/dev/null; }
start() { runs || env TMPDIR=/run keepalived </dev/null >/dev/null 2>&1 8>&- 9>&-; }
stop() {
  pkill -TERM -o -x keepalived
  tries=0
  while runs && [ $((tries += 1)) -lt 300 ]; do sleep 0.1; done
  pkill -KILL -x keepalived
  true
}
case $verb in
  enable) mkdir -p "\${enabled%/*}" && ln -sfn /lib/systemd/system/keepalived.service "$enabled" || exit; [ -z "$now" ] || start;;
  disable) rm -f "$enabled" || exit; [ -z "$now" ] || stop;;
  start) start;;
  stop) stop;;
  restart) stop; start;;
  reload) runs || { echo 'keepalived.service is not active, cannot reload.' >&2; exit 1; }; pkill -HUP -o -x keepalived;;
  is-enabled) [ -L "$enabled" ] && echo enabled;;
  is-active) runs && echo active;;
esac
`;

/** Starts what it is given as a unit of its own would be: away from the session. */
export const systemdRunStandIn = `#!/bin/sh
while :; do
  case $1 in
    -p) shift 2;;
    -*) shift;;
    *) break;;
  esac
done
exec setsid -f "$@" </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
`;
