/**
 * The first process of a router, a POSIX shell script, in mount, UTS and process namespaces of its own. Its words: the router's
 * name, the directory that is its disk, and a directory of programs to add to those in /usr/local/sbin.
 *
 * The disk has `etc` and `var`, each with what differs from this machine's own, and survives a restart; /run does not.
 */
export const machineScript = `set -e
name=$1 disk=$2 programs=$3
hostname "$name"
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 tmpfs /run
for directory in etc var; do
  mkdir -p "$disk/$directory/upper" "$disk/$directory/work"
  mount -t overlay overlay "/$directory" \\
    -o "lowerdir=/$directory,upperdir=$disk/$directory/upper,workdir=$disk/$directory/work"
done
mount -t overlay overlay /usr/local/sbin -o "lowerdir=$programs:/usr/local/sbin"
if [ -e "$disk/new" ]; then
  # What this machine has of its own is no part of the rehearsed router.
  rm -rf /etc/lvs /etc/keepalived /etc/ha.d /etc/sysconfig/ha /var/lib/lvs "$disk/new"
  if [ -e "$disk/lvs.yaml" ]; then
    mkdir /etc/lvs
    cp "$disk/lvs.yaml" /etc/lvs/lvs.yaml
  fi
fi
for setting in ipv4/ip_forward ipv6/conf/all/forwarding; do echo 1 > "/proc/sys/net/$setting"; done
mkdir -p /run/sshd
/usr/sbin/sshd
echo ready
# Some process has to be here to be the parent of the orphans.
while :; do
  sleep 3600 &
  wait
done
`;
