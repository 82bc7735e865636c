import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterDirectory } from '../../src/rehearsal/cluster/cluster-directory.ts';
import { writeFileWithMode } from '../../src/rehearsal/cluster/files.ts';
import { programDirectories } from '../../src/rehearsal/kernel/requirements.ts';
import { wrapped } from './schedule.ts';
import { systemctlStandIn, systemdRunStandIn } from './systemd-stand-ins.ts';

/** Sockets of the stand-ins for the kernel's IPVS, by router. */
export const socketOf = (router: string) => join(clusterDirectory, 'ipvs', router);
/** What is to go wrong with a router's programs: see strikeScript. */
export const faultsOf = (router: string) => join(clusterDirectory, 'faults', router);
/** Files in the place of /proc/sys/net/ipv4/vs. */
const settingsOf = (router: string) => join(clusterDirectory, 'settings', router);

/**
 * Writes the programs of one router that stand before those of this machine, so that they can go wrong.
 * @param standIns whether the kernel has no IPVS: ipvsadm is a stand-in, and tc is believed about what the kernel lacks
 */
export async function writeWrappers(router: string, directory: string, standIns: boolean): Promise<void> {
  await mkdir(faultsOf(router), { recursive: true });
  const strike = join(directory, 'strike.sh');
  await writeFileWithMode(strike, strikeScript, 0o644);
  for (const program of wrapped) {
    const own = standInOf(program, router, standIns);
    const real = own === null ? await placeOf(program) : join(directory, `real-${program}`);
    if (own !== null) await writeFileWithMode(real, own, 0o755);
    const fault = join(faultsOf(router), program);
    const script = `#!/bin/sh\n[ -e ${fault} ] || exec ${real} "$@"\nfault=${fault} real=${real}\n. ${strike}\n`;
    await writeFileWithMode(join(directory, program), script, 0o755);
  }
  if (standIns) await writeFileWithMode(join(directory, 'cat'), catStandIn(router), 0o755);
}

async function placeOf(program: string): Promise<string> {
  for (const directory of programDirectories.filter((each) => each !== '/usr/local/sbin')) {
    const place = join(directory, program);
    const found = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return place;
  }
  throw new Error(`there is no program ${program}`);
}

/**
 * For sh(1): what becomes of a call of $real. The file $fault sets `effect`, `words` (a pattern), `nth`, `every` and `late`. Beside it
 * `.reached` says that it struck, and `.go` lets go on what waits.
 */
const strikeScript = `. "$fault"
name=\${fault##*/}
met() {
  case "$*" in $words) ;; *) return 1;; esac
  number=1
  until mkdir "$fault.$number" 2>/dev/null; do number=$((number + 1)); done
  [ "$number" -eq "$nth" ] || { [ -n "$every" ] && [ "$number" -gt "$nth" ]; }
}
hold() {
  : >"$fault.reached"
  tries=0
  until [ -e "$fault.go" ] || [ "$((tries += 1))" -gt 1500 ]; do sleep 0.02; done
}
fail() { : >"$fault.reached"; echo "$name: no such luck" >&2; exit 2; }
# Lines are handed on one by one; where it fails, none follows.
lines() {
  while IFS= read -r line; do
    if met "$name $line"; then
      case $effect in
        pause) hold;;
        hang) hold; [ -n "$late" ] || return 1;;
        fail) : >"$fault.reached"; return 1;;
        *) : >"$fault.reached"; continue;;
      esac
    fi
    printf '%s\\n' "$line"
  done
}
case " $* " in
  *' -batch '*|*' -R '*|*' --restore '*)
    rm -f "$fault.broken.$$"
    { lines || : >"$fault.broken.$$"; } | "$real" "$@"
    status=$?
    [ -e "$fault.broken.$$" ] || exit $status
    fail;;
esac
met "$name $*" || exec "$real" "$@"
case $effect in
  pause) hold; exec "$real" "$@";;
  hang) hold; [ -n "$late" ] || exit 1; exec "$real" "$@";;
  fail) fail;;
  empty) : >"$fault.reached"; exit 0;;
  garbage) : >"$fault.reached"; "$real" "$@" >/dev/null; printf '\\033[31m)]}garbage\\000%s\\n' "$name"; exit 0;;
esac
`;

/** @param standIns whether the kernel has no IPVS */
function standInOf(program: string, router: string, standIns: boolean): string | null {
  if (program === 'systemctl') return systemctlStandIn;
  if (program === 'systemd-run') return systemdRunStandIn;
  if (!standIns) return null;
  if (program === 'ipvsadm') return ipvsadmClient(router);
  if (program === 'tc') return tcStandIn;
  return null;
}

/** Perl is on every Debian, and starts in a few milliseconds. */
function ipvsadmClient(router: string): string {
  return `#!/usr/bin/perl
use Socket;
use IO::Handle;
local $/;
my $input = grep({ $_ eq '-R' || $_ eq '--restore' } @ARGV) ? <STDIN> : '';
my $server;
socket($server, PF_UNIX, SOCK_STREAM, 0) && connect($server, sockaddr_un('${socketOf(router)}')) or die "no kernel: $!";
$server->autoflush(1);
print $server pack('N/a* N/a*', join("\\0", @ARGV), $input);
shutdown($server, 1);
my ($status, $output, $errors) = unpack('N N/a* N/a*', <$server>);
print STDOUT $output;
print STDERR $errors;
exit $status;
`;
}

/** Qdiscs and filters that this kernel lacks are believed to be there as long as what they belong to is. */
const tcStandIn = `#!/bin/sh
there() { [ -e "/sys/class/net/$1" ] || { echo "Cannot find device \\"$1\\"" >&2; return 1; }; }
believed() {
  words=" $* "
  device=\${words#* dev }
  device=\${device%% *}
  case $words in
    *' plug '*) there "$device";;
    *' flower '*)
      there "$device" || return
      case $(/sbin/tc qdisc show dev "$device") in *clsact*) return 0;; esac
      echo 'RTNETLINK answers: Invalid argument' >&2
      return 2;;
    *' qdisc show dev lvshold0 '*) there "$device" && echo 'qdisc plug 8001: root refcnt 2';;
    *) /sbin/tc "$@";;
  esac
}
case " $* " in
  *' -batch '*)
    number=0
    while read -r line; do
      number=$((number + 1))
      # The words are lvs's own, and have no blanks in them.
      believed $line || { echo "Command failed -:$number" >&2; exit 1; }
    done;;
  *) believed "$@";;
esac
`;

function catStandIn(router: string): string {
  return `#!/bin/sh
[ "$*" = /proc/net/ip_vs ] || exec /bin/cat "$@"
exec ${join(clusterDirectory, 'wrappers', router, 'real-ipvsadm')} proc
`;
}

const settings: Readonly<Record<string, string>> = {
  conntrack: '0',
  conn_reuse_mode: '1',
  expire_nodest_conn: '0',
  expire_quiescent_template: '0',
  sloppy_tcp: '0',
  sync_refresh_period: '0',
  sync_retries: '0',
  sync_threshold: '3\t50',
};

/** For sh(1), on a router: the settings of an IPVS that the kernel does not have, among those that it has. */
export async function settingsScript(router: string): Promise<string> {
  const directory = settingsOf(router);
  for (const [name, value] of Object.entries(settings)) {
    await writeFileWithMode(join(directory, 'top/vs', name), `${value}\n`, 0o644);
  }
  await mkdir(join(directory, 'real'), { recursive: true });
  return `set -e
cd ${directory}
mount --bind /proc/sys/net/ipv4 real
for file in real/*; do [ -d "$file" ] || ln -sfn "$PWD/$file" "top/\${file##*/}"; done
# sysctl writes nothing that a link leads to.
rm -f top/ip_forward
touch top/ip_forward
mkdir -p top/conf top/neigh top/route
for file in ip_forward conf neigh route; do mount --bind "real/$file" "top/$file"; done
mount --rbind top /proc/sys/net/ipv4`;
}
