import { oneLine } from '../grammar/one-line.ts';

/**
 * For sh(1): finds processes by their name that can change this router's addresses and rules. Any user can give a process any
 * name, and a container has a network of its own: only those count that are root's, by real and effective user, and in this
 * network namespace. A set-user-ID program does not count: sudo(8), started by a link of that name, is root's while it waits for
 * a password; nor does one that has ended and waits for its parent. Files with process ids say which to look at first, and are not
 * believed. No process is started for it. A namespace that this user may not look at is taken for this one.
 *
 *   rooted PID NAME     whether that process is such a one; sets `parent`
 *   rootedFirst NAME    sets `pid` to the first ancestor of those there are; status 1: there is none
 */
export const rootProcess = oneLine`
rooted() {
  name= uid= parent=;
  read -r name <"/proc/$1/comm";
  [ "$name" = "$2" ] || return 1;
  [ ! -e "/proc/$1/ns/net" ] || [ "/proc/$1/ns/net" -ef /proc/self/ns/net ] || return 1;
  [ ! -u "/proc/$1/exe" ] || return 1;
  while read -r key value other rest; do
    case $key$value in State:[ZX]) return 1;; PPid:*) parent=$value;; Uid:*) uid=$value:$other; break;; esac;
  done <"/proc/$1/status";
  [ "$uid" = 0:0 ];
} 2>/dev/null;
rootedFirst() {
  for place in /proc/[0-9]*; do
    pid=\${place#/proc/};
    rooted "$pid" "$1" && ! rooted "$parent" "$1" && return;
  done;
  pid=;
  return 1;
};`;

/** For sh(1), after that: sets `pid` to that of keepalived; status 1: it does not run. */
export const findKeepalived = oneLine`
keepalived() {
  pid=;
  { read -r pid </run/keepalived.pid; } 2>/dev/null;
  rooted "\${pid:-0}" keepalived || rootedFirst keepalived;
};`;
