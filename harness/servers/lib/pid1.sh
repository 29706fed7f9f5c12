#!/bin/bash
# PID 1 of a server's namespace, in its root. It stays a shell: the kernel
# forgets "kill me with my parent" when a process executes a set-group-id
# binary such as sendmail. It reaps what is orphaned, and when the main
# process ends, everything ends with it.
set -euo pipefail

# Without a syslogd some servers lose every message that would explain them.
busybox syslogd -n -O - &
for _ in {1..3000}; do
	[ ! -S /dev/log ] || break
	sleep 0.01
done

# init.sh starts the server in the background and sets main_pid.
main_pid=
# shellcheck source=/dev/null
. /etc/smtpspec/init.sh
echo "$main_pid" >/run/smtpspec.main
status=0
wait "$main_pid" || status=$?
echo "the main process ended with status $status"
# Open sessions may outlive it (Sendmail, Exim): let them say goodbye.
sleep 10
