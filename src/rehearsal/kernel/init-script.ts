const moduleDirectory = '/tmp/lvs-modules';
/** The user's terminal, where the kernel was given it. */
export const terminalDevice = '/dev/tty1';
/** Loads modules of the rehearsal kernel, inside. */
export const modprobe = `${moduleDirectory}/modprobe`;

/**
 * The first process of the rehearsal kernel, a POSIX shell script. It stands in the scratch directory beside
 *
 * - `visible`: directories that the program needs and that a tmpfs would hide, one a line
 * - `entry`: what to hand over to: the working directory, then the program and its arguments, one a line
 * - `limit`: the seconds after which the kernel ends by itself, should nobody be left outside to end it
 *
 * and leaves the entry's exit status there in `status`. It is given no words, so that no path has to be quoted for a shell.
 */
export const initScript = `#!/bin/sh
scratch=\${0%/*}
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C HOME=/tmp/home

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts -o mode=620,ptmxmode=666
mount -t tmpfs tmpfs /dev/shm
ln -s /proc/self/fd /dev/fd
ln -s fd/0 /dev/stdin
ln -s fd/1 /dev/stdout
ln -s fd/2 /dev/stderr

# /tmp is emptied last: the scratch directory may be in it.
mkdir /run/keep
while read -r directory; do
  count=$((count + 1))
  mkdir "/run/keep/$count"
  mount --bind "$directory" "/run/keep/$count"
done < "$scratch/visible"
mkdir /run/scratch
# The directory is a word that is not an option, which only the older of the two ways to mount takes.
LIBMOUNT_FORCE_MOUNT2=always mount -t hostfs hostfs /run/scratch -o "$scratch,rw"
mount -t tmpfs tmpfs /tmp
count=0
while read -r directory; do
  count=$((count + 1))
  mkdir -p "$directory"
  mount --bind "/run/keep/$count" "$directory"
done < /run/scratch/visible
mkdir -p "$HOME" "$scratch"
mount --bind /run/scratch "$scratch"

# Debian keeps this kernel's modules apart from those of the machine's own kernel, so they are loaded by a helper. It is not
# in /run, because iptables looks for it too, and routers have a /run of their own.
release=$(uname -r)
mkdir -p ${moduleDirectory}/lib/modules
ln -s "/usr/lib/uml/modules/$release" "${moduleDirectory}/lib/modules/$release"
printf '#!/bin/sh\\nexec /sbin/modprobe -d ${moduleDirectory} "$@"\\n' > ${modprobe}
chmod 755 ${modprobe}
echo ${modprobe} > /proc/sys/kernel/modprobe
# A module of tunnels would put a device of its own into every network namespace, the routers' too.
echo 1 > /proc/sys/net/core/fb_tunnels_only_for_init_net
${modprobe} -q -a ipv6 veth bridge overlay ip_vs ip_vs_wlc ip_vs_wrr ip_vs_rr ip_vs_lc

# Node reads files by way of rings that it shares with the kernel, and this kind of kernel dies of that.
[ ! -e /proc/sys/kernel/io_uring_disabled ] || echo 2 > /proc/sys/kernel/io_uring_disabled

ip link set lo up
hostname rehearsal

set --
exec 3< "$scratch/entry"
read -r directory <&3
while read -r word <&3; do set -- "$@" "$word"; done
exec 3<&-
cd "$directory" || exit
(sleep "$(cat "$scratch/limit")"; echo o > /proc/sysrq-trigger) &
# A pipe, because the console is a terminal, which makes programs draw.
mkfifo /run/output
cat /run/output &
"$@" < /dev/null > /run/output 2>&1
status=$?
# Daemons that it left behind keep the pipe open.
sleep 0.2
echo $status > "$scratch/status"
echo o > /proc/sysrq-trigger
# Not before the kernel is off: the end of the first process is a panic.
while :; do sleep 1; done
`;
