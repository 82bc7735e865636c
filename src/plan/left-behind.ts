import { oneLine } from '../grammar/one-line.ts';
import { noteHolder, openLock, sweeping } from './brief-lock.ts';

/** The queue in which new connections wait: an ifb(4) device of our own. It comes first and goes last, and stands for the rest. */
export const holdDevice = 'lvshold0';

/** Kernel modules that the queue and the way into it need, beside that of its device. */
export const queueModules = ['sch_plug', 'sch_ingress', 'cls_flower', 'act_mirred'] as const;
/** What a router's kernel needs to hold new connections back, as modules or built in. */
export const holdModules = ['ifb', ...queueModules] as const;

/** Numbers of our routing tables and of the rules that lead to them: for what clients send, and for what real servers answer. */
export const detourTables = ['7054', '7055'] as const;

/** What a failover needed there and did not remove, as far as a look at the devices shows it. */
export function leftBehind(devices: { has(name: string): boolean }): string[] {
  return devices.has(holdDevice) ? [holdDevice] : [];
}

/**
 * For sh(1): removes all of it, however much there is; its words are the devices that connections come in by. A
 * command that was disturbed is run again. The device goes when all else is seen to be gone, for without it nothing would name
 * the rest: it fails if that stays.
 */
const sweepAll = oneLine`
sweep_once() {
  for device do tc qdisc del dev "$device" clsact; done;
  for table in ${detourTables.join(' ')}; do for family in -4 -6; do
    before=;
    while now=$(ip $family rule show pref $table) && [ -n "$now" ] && [ "$now" != "$before" ]; do
      before=$now;
      ip $family rule del pref $table;
    done;
    ip $family route flush table $table;
  done; done;
};
rest_gone() {
  for device do case "$(tc qdisc show dev "$device") " in *' clsact '*) return 1;; esac; done;
  for table in ${detourTables.join(' ')}; do for family in -4 -6; do
    [ -z "$(ip $family rule show pref $table; ip $family route show table $table)" ] || return;
  done; done;
};
sweep_all() {
  for try in 1 2 3; do
    sweep_once "$@";
    if rest_gone "$@"; then ip link del ${holdDevice}; [ -e /sys/class/net/${holdDevice} ] || return 0; fi;
  done;
  return 1;
}`;

/** The command that removes it, by whoever has the lock. Fails if something of it stays. */
export function sweep(devices: readonly string[]): string[] {
  const failed = `filters, redirect rules or redirect routes of the failover could not be removed: ${holdDevice} stays, too`;
  const script = `${sweepAll}; sweep_all "$@" >/dev/null 2>&1 || { echo "${failed}" >&2; exit 1; }`;
  return ['sh', '-c', script, 'sweep', ...devices];
}

/** Lets out what waits, in its order, and holds nothing any more. */
export const openQueue = ['tc', 'qdisc', 'change', 'dev', holdDevice, 'root', 'plug', 'release_indefinite'] as const;

/** sysctl name: while connections are held back, its value is 0. */
export const refreshPeriod = 'net.ipv4.vs.sync_refresh_period';

/** Seconds until everybody has heard where the addresses are, from whoever has them: see tell-later.ts. */
const graceSeconds = 6;

/**
 * Should lvs die meanwhile, all of it goes by itself. The queue opens as soon as nobody has the lock, or when the run has taken
 * longer than any should; the rest stays as long as somebody may need it. Whoever removes the queue ends this as well, also
 * where there is a new one by then.
 */
const goLater = oneLine`
exec >/dev/null 2>&1;
period=$1; shift;
index=/sys/class/net/${holdDevice}/ifindex;
made=$(cat $index) || exit;
there() { [ "$(cat $index)" = "$made" ]; };
open() { ${openQueue.join(' ')}; };
${openLock};
${sweepAll};
left=8;
free() {
  until flock -n 9; do
    sleep 1; there || exit;
    left=$((left - 1)); [ $left -ne 0 ] || open;
  done;
  ${noteHolder(sweeping)};
  there || exit;
};
free; open; flock -u 9;
left=${String(graceSeconds)};
while [ $left -gt 0 ]; do sleep 1; there || exit; left=$((left - 1)); done;
free;
[ "$(sysctl -n ${refreshPeriod})" != 0 ] || sysctl -q -w "${refreshPeriod}=$period";
tries=5;
until sweep_all "$@"; do tries=$((tries - 1)); [ $tries -gt 0 ] || exit; flock -u 9; sleep 1; there || exit; free; done`;

/**
 * The command that starts it.
 * @param period the value of refreshPeriod before
 * @param devices those that connections come in by
 */
export function sweepLater(period: string, devices: readonly string[]): string[] {
  return ['setsid', '-f', 'sh', '-c', goLater, 'sweep-later', period, ...devices];
}
