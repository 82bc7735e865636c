// Makes this machine a router for the length of one program, in a network of its own: the kernel here need not have IPVS, so
// ipvsadm is a stand-in that prints the rules of the figure. Everything else is real.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const configuration = `public: { device: eth0 }
private: { device: eth1, nat-router: 192.168.1.254/32, label: "eth1:1" }
virtual-servers:
  web:
    address: tcp://1.2.3.1:80
    scheduler: wrr
    label: eth0:1
    real-servers: [{ address: 192.168.1.2, weight: 2 }, { address: 192.168.1.3, weight: 1 }]
`;

const ipvsadm = `#!/bin/sh
case $* in
  -Sn) echo '-A -t 1.2.3.1:80 -s wrr
-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2
-a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 1' ;;
  '-Ln --thresholds') echo 'IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn
  -> RemoteAddress:Port
TCP  1.2.3.1:80 wrr
  -> 192.168.1.2:80               0          0          0          0
  -> 192.168.1.3:80               0          0          0          0' ;;
  *) echo "not here: ipvsadm $*" >&2; exit 2 ;;
esac
`;

/** The words: a directory with lvs.yaml and the stand-in, and a program to run. */
const setUp = `set -e
directory=$1
shift
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /usr/local/sbin
cp "$directory/ipvsadm" /usr/local/sbin/
for device in eth0 eth1; do
  ip link add "$device" type bridge
  ip link set "$device" up
done
LVS_CONFIG=$directory/lvs.yaml exec "$@"
`;

/** @returns what the program printed. */
export function onRouter(words) {
  const directory = mkdtempSync(join(tmpdir(), 'lvs-bench-'));
  try {
    writeFileSync(join(directory, 'lvs.yaml'), configuration, { mode: 0o644 });
    writeFileSync(join(directory, 'ipvsadm'), ipvsadm, { mode: 0o755 });
    const root = process.getuid() === 0 ? [] : ['--map-root-user'];
    const apart = [...root, '--net', '--mount', 'sh', '-c', setUp, 'router', directory, ...words];
    const { status, stdout, stderr } = spawnSync('unshare', apart, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`exit status ${status}\n${stderr}`);
    return stdout;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
