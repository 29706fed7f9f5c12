#!/usr/bin/env bash
# Installs packages into an overlay over a base tree. Runs in mount and pid
# namespaces of its own (see make_layer), so that its mounts and whatever a
# package starts end with it.
set -euo pipefail

# Relative paths from here on: in mount options ':' and ',' separate, and
# the path of a checkout may hold either.
cd "$1"
new=$2 suite=$3 name=$4 preseed=$5 version_of=$6 npm=$7
shift 7
m=$new/m

umask 022
mount -t overlay smtpspec \
	-o "lowerdir=$suite,upperdir=$new/u,workdir=$new/w" "$m"
mount -t proc proc "$m/proc"
# A /dev of its own: the host's is never in reach of a maintainer script.
mount -t tmpfs -o mode=755 tmpfs "$m/dev"
while read -r node major minor; do
	mknod -m 666 "$m/dev/$node" c "$major" "$minor"
done <<'NODES'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
NODES
ln -s /proc/self/fd "$m/dev/fd"
mkdir "$m/dev/shm"

# No maintainer script may start a daemon.
printf '#!/bin/sh\nexit 101\n' >"$m/usr/sbin/policy-rc.d"
chmod 755 "$m/usr/sbin/policy-rc.d"
cat /etc/resolv.conf >"$m/etc/resolv.conf"
echo "127.0.0.1 localhost mx.example.test $name" >"$m/etc/hosts"
echo mx.example.test >"$m/etc/hostname"
echo mx.example.test >"$m/etc/mailname"

export DEBIAN_FRONTEND=noninteractive LC_ALL=C HOME=/root
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
if [ -n "$preseed" ]; then
	printf '%s\n' "$preseed" | chroot "$m" debconf-set-selections
fi
install_packages() {
	chroot "$m" apt-get install -y --no-install-recommends "$@"
}
# The base's package lists may be months old: refresh them only then.
install_packages "$@" || {
	chroot "$m" apt-get update
	install_packages "$@"
}
chroot "$m" apt-get clean
# The host's npm puts JavaScript into the layer: it knows how to reach the
# registry, and as a package it is some hundred others. Nothing it fetches is
# run here, and nothing newer than the date, so that versions stay as tried.
if [ -n "$npm" ]; then
	# shellcheck disable=SC2086 # a row of words, made to be split
	npm install --prefix "$m/opt/npm" --before=2026-06-01 --omit=dev \
		--omit=optional --ignore-scripts --no-audit --no-fund \
		--cache "$new/npm-cache" --no-update-notifier $npm
	rm -rf "$new/npm-cache"
	sed -n 's/^ *"version": *"\(.*\)".*/\1/p' \
		"$m/opt/npm/node_modules/$version_of/package.json" |
		head -n 1 >"$new/version"
	exit
fi
# shellcheck disable=SC2016 # dpkg-query expands it
chroot "$m" dpkg-query -W -f '${Version}\n' "$version_of" >"$new/version"
