#!/usr/bin/env bash
# Builds a server's machine and becomes it. Runs as PID 1 of new mount, pid,
# uts and ipc namespaces; the network is the host's, so that the ports are
# on its loopback. Every mount ends with the namespace.
set -euo pipefail

work=$1 name=$2 lower=$3 servers=$4 dns=$5
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root LC_ALL=C
umask 022

# /proc is still the host's here, so this is the pid that the host knows.
read -r -a stat </proc/self/stat
echo "${stat[0]} ${stat[21]}" >"$work/run/$name/pid"

# Relative paths: ':' and ',' separate in mount options.
cd "$work"
t=run/$name/root
r=$t/r
hostname mx.example.test
# What the server writes is in memory and gone at its end.
mount -t tmpfs -o size=2g,mode=755 smtpspec "$t"
mkdir "$t/u" "$t/w" "$r"
mount -t overlay smtpspec \
	-o "lowerdir=$lower,upperdir=$t/u,workdir=$t/w" "$r"
mount -t proc proc "$r/proc"
mount -t tmpfs -o mode=755 tmpfs "$r/dev"
# Own device nodes: nothing in here can spoil the host's.
while read -r node major minor; do
	mknod -m 666 "$r/dev/$node" c "$major" "$minor"
done <<'NODES'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
NODES
ln -s /proc/self/fd "$r/dev/fd"
ln -s /proc/self/fd/1 "$r/dev/stdout"
ln -s /proc/self/fd/2 "$r/dev/stderr"
mkdir -m 1777 "$r/dev/shm"

# Configuration is copied, not layered: Exim, Sendmail and Postfix refuse
# files that the owner of a checkout could write.
if [ -d "$servers/$name/root" ]; then
	cp -R --no-preserve=mode,ownership "$servers/$name/root/." "$r/"
fi
mkdir -p "$r/etc/smtpspec" "$r/srv/mail"
cp --no-preserve=mode,ownership "$servers/lib/pid1.sh" \
	"$servers/lib/deliver.sh" "$servers/$name/init.sh" \
	tls/ca.pem tls/cert.pem tls/key.pem "$r/etc/smtpspec/"
chmod 755 "$r/etc/smtpspec/deliver.sh"
chmod 600 "$r/etc/smtpspec/key.pem"
mount --bind "run/$name/mail" "$r/srv/mail"

echo "127.0.0.1 mx.example.test localhost" >"$r/etc/hosts"
echo mx.example.test >"$r/etc/hostname"
echo mx.example.test >"$r/etc/mailname"
# A resolver that answers at once: servers look up clients and senders, and
# with a dead one some stall for minutes. No search list, or a name that
# does not exist would be looked for, and found, under example.test.
printf 'nameserver %s\nsearch .\n' "$dns" >"$r/etc/resolv.conf"
python=python3
[ ! -x /usr/bin/python3 ] || python=/usr/bin/python3
"$python" "$servers/lib/dns.py" "$dns" &

exec chroot "$r" /bin/bash /etc/smtpspec/pid1.sh
