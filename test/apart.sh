#!/bin/sh
# Usage: test/apart.sh COMMAND [WORD…]
# Runs a test series so that nothing of this machine can change: with a network of its own (lo, and eth0 and eth1, which lead to
# each other), an empty /run, and an /etc that cannot be written. Users other than root cannot change these anyway: for them the
# command runs as it is.
set -eu
if [ "$(id -u)" -ne 0 ]; then exec "$@"; fi
if ! unshare --net --mount true 2>/dev/null; then
  echo 'No namespaces can be made here: the tests run in those of this machine.' >&2
  exec "$@"
fi
exec unshare --net --mount -- sh -euc '
  ip link set lo up
  ip link add eth0 type veth peer name eth1
  ip link set eth0 up
  ip link set eth1 up
  mount -t sysfs sysfs /sys
  mount -t tmpfs -o mode=755 tmpfs /run
  mount --bind /etc /etc
  mount -o remount,bind,ro /etc
  exec "$@"' apart "$@"
