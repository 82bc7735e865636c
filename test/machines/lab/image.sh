#!/bin/sh
# image.sh SUITE FOLDER KEY [DEB…]: FOLDER/SUITE.raw, a Debian on an ext4 file system, with its kernel (SUITE.vmlinuz) and an
# initrd of busybox and the modules of the disk (SUITE.initrd). KEY logs in as root there; the DEBs are installed.
# What differs between two machines of one suite comes with their initrd: see machine-files.ts.
set -eu
suite=$1 folder=$2 key=$3
shift 3
work=$(mktemp -d "$folder/.$suite.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root

packages=systemd,systemd-sysv,dbus,udev,libpam-systemd,openssh-server,ipvsadm,iproute2,iputils-arping,iputils-ping
packages=$packages,procps,util-linux,kmod,keepalived,nftables,iptables,sudo,ca-certificates,ifupdown,isc-dhcp-client
packages=$packages,network-manager,firewalld,busybox,curl,e2fsprogs,login,passwd
# Debian 12 has Node 18, which is too old: one of the DEBs is Node there.
[ "$suite" = bookworm ] || packages=$packages,nodejs

mmdebstrap --quiet --variant=minbase --skip=cleanup/apt/lists --aptopt='Acquire::Languages "none"' \
  --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' --include="$packages" \
  --customize-hook='chroot "$1" sh -c "cd /root && apt-get download -qq \$(apt-cache depends linux-image-cloud-amd64 |
    sed -n \"s/.*Depends: \\(linux-image.*\\)/\\1/p\" | head -n 1)"' \
  "$suite" "$root" "deb http://deb.debian.org/debian $suite main"

# The kernel, unpacked: no initramfs has to be made.
dpkg-deb -x "$root"/root/linux-image-*.deb "$work/kernel"
rm "$root"/root/linux-image-*.deb
modules=$(find "$work/kernel" -mindepth 3 -maxdepth 5 -type d -path '*/lib/modules/[0-9]*' -prune -print -quit)
release=${modules##*/}
mkdir -p "$root/usr/lib/modules"
mv "$modules" "$root/usr/lib/modules/"
depmod -b "$root" "$release"
mv "$work"/kernel/boot/vmlinuz-* "$work/$suite.vmlinuz"

initrd=$work/initrd
mkdir -p "$initrd/bin" "$initrd/proc" "$initrd/sys" "$initrd/dev" "$initrd/new" "$initrd/modules"
cp /bin/busybox "$initrd/bin/"
for module in virtio_pci virtio_blk ext4 virtio_rng; do
  modprobe -d "$root" -S "$release" -a --show-depends "$module" 2>/dev/null | sed -n 's/^insmod //p'
done | awk '!seen[$1]++ { print $1 }' | while read -r file; do
  name=$(basename "$file")
  case $name in
    *.xz) name=${name%.xz}; xz -dc "$file" >"$initrd/modules/$name" ;;
    *.zst) name=${name%.zst}; zstd -qdc "$file" >"$initrd/modules/$name" ;;
    *) cp "$file" "$initrd/modules/" ;;
  esac
  echo "$name" >>"$initrd/order"
done
cat >"$initrd/init" <<'INIT'
#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc; $b mount -t sysfs sys /sys; $b mount -t devtmpfs dev /dev
while read -r module; do $b insmod "/modules/$module" 2>/dev/null; done </order
tries=0; until [ -b /dev/vda ] || [ $tries -gt 100 ]; do tries=$((tries + 1)); $b sleep 0.1; done
$b mount -t ext4 -o rw /dev/vda /new || exec $b sh
[ -e /new/etc/machine-seeded ] || { $b cp -a /seed/. /new/ && : >/new/etc/machine-seeded; }
$b mount --move /proc /new/proc; $b mount --move /sys /new/sys; $b mount --move /dev /new/dev
exec $b switch_root /new /sbin/init
INIT
chmod 755 "$initrd/init"
(cd "$initrd" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/$suite.initrd"

install -d -m 700 "$root/root/.ssh"
install -m 600 "$key" "$root/root/.ssh/id_ed25519"
install -m 600 "$key.pub" "$root/root/.ssh/authorized_keys"
mkdir -p "$root/var/log/journal" "$root/etc/systemd/journald.conf.d"
printf '[Journal]\nStorage=persistent\nSyncIntervalSec=5s\n' >"$root/etc/systemd/journald.conf.d/machines.conf"
# Nothing that a clock starts is to run into a measurement.
for unit in apt-daily.timer apt-daily-upgrade.timer man-db.timer dpkg-db-backup.timer e2scrub_all.timer \
  e2scrub_reap.service fstrim.timer logrotate.timer systemd-timesyncd.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
# Experiments start the network manager that they are about.
for unit in NetworkManager NetworkManager-wait-online NetworkManager-dispatcher firewalld nftables systemd-networkd; do
  chroot "$root" systemctl --quiet disable "$unit.service" 2>/dev/null || :
done
chroot "$root" systemctl --quiet enable keepalived.service ssh.service
echo '/dev/vda / ext4 defaults 0 1' >"$root/etc/fstab"
printf 'kernel.panic = 5\nkernel.sysrq = 1\n' >"$root/etc/sysctl.d/10-machines.conf"
chroot "$root" useradd -m -s /bin/bash ann
rm -f "$root"/etc/ssh/ssh_host_*
for deb; do
  cp "$deb" "$root/root/"
  chroot "$root" dpkg --install "/root/${deb##*/}" >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log" >&2; exit 1; }
done

truncate -s 3G "$work/$suite.raw"
mke2fs -q -F -t ext4 -E lazy_itable_init=1,lazy_journal_init=0 -d "$root" "$work/$suite.raw"
# The disk last: it tells that all is there.
for what in vmlinuz initrd raw; do mv "$work/$suite.$what" "$folder/"; done
echo "$suite: Linux $release"
