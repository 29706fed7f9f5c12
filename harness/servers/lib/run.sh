# shellcheck shell=bash disable=SC2154 # set in common.sh
# start, stop and look at the servers. A running server is the PID 1 of its
# pid namespace: run/NAME/pid holds its pid on the host and its start time,
# and only that process is ever killed. The kernel then ends the rest of the
# namespace, and the mounts go with the last process.

start_deadline_ms=60000

# The pid of NAME's PID 1, if it is alive and still the one we started.
server_pid1() {
	local pid start
	[ -f "$run_dir/$1/pid" ] || return 1
	read -r pid start <"$run_dir/$1/pid" || return 1
	[ "$(start_time "$pid")" = "$start" ] || return 1
	echo "$pid"
}

# Start time in ticks since boot, which with the pid names a process for good.
# A zombie is dead, whatever its pid.
start_time() {
	local stat
	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
	# fields after the command name, which may hold anything
	# shellcheck disable=SC2086
	set -- ${stat##*) }
	[ "$1" = Z ] || echo "${20}"
}

server_runs() { server_pid1 "$1" >/dev/null; }

# Those of the ports on which somebody listens (yes) or nobody does (no).
# Reading the kernel's table makes no connection, so that a server's log
# begins with its first client.
ports_listening() {
	awk -v want="$1" -v ports="${*:2}" '
		$4 == "0A" { open[substr($2, index($2, ":") + 1)] = 1 }
		END {
			n = split(ports, p, " ")
			for (i = 1; i <= n; i++)
				if ((sprintf("%04X", p[i]) in open) == \
				    (want == "yes"))
					print p[i]
		}' /proc/net/tcp
}

start_all() {
	local name failed=0
	for name in "$@"; do
		check_name "$name"
	done
	skip_unless_able "$@"
	for name in "$@"; do
		start_one "$name" || failed=1
	done
	return "$failed"
}

start_one() {
	local name=$1 busy
	local -a ports
	load_server "$name"
	mapfile -t ports < <(server_ports)
	if [ ! -f "$roots_dir/$name/stamp" ]; then
		warn "$name is not prepared: rig prepare $name"
		return 1
	fi
	mkdir -p "$run_dir/$name"
	exec 9>"$run_dir/$name/lock"
	flock 9
	if (show_pid "$name") >/dev/null 2>&1; then
		say "$name: already running"
		exec 9>&-
		return 0
	fi
	# its machine may still be there, without it
	kill_server "$name"
	mapfile -t busy < <(ports_listening yes "${ports[@]}")
	if [ "${#busy[@]}" -gt 0 ]; then
		warn "$name: port ${busy[*]} is in use by another program"
		exec 9>&-
		return 1
	fi
	launch "$name" "${ports[@]}"
}

launch() {
	local name=$1 t0
	shift
	t0=$(now_ms)
	fresh_run_dir "$name" || return 1
	starting=$name
	trap give_up EXIT
	trap 'exit 130' INT TERM
	# --kill-child is a second net only: the kernel forgets it when PID 1
	# executes a set-group-id binary (sendmail), so a shell stays PID 1.
	setsid unshare -m -p -u -i -f --kill-child=KILL --propagation private \
		bash "$servers_dir/lib/inside.sh" "$RIG_WORK" "$name" \
		"roots/$name/u:roots/$suite" "$servers_dir" \
		"$(dns_address "$name")" \
		</dev/null >"$run_dir/$name/log" 2>&1 9>&- &
	launcher=$!
	if ! wait_for_ports "$name" "$launcher" "$@"; then
		give_up
		trap - EXIT INT TERM
		warn "last lines of its log:"
		tail -n 15 "$run_dir/$name/log" >&2
		exec 9>&-
		return 1
	fi
	trap - EXIT INT TERM
	exec 9>&-
	say "$name: up in $(($(now_ms) - t0)) ms, ports $*"
}

# A start that failed or was interrupted leaves nothing behind, even when it
# has not come as far as writing its pid.
starting='' launcher=''
give_up() {
	[ -z "$launcher" ] || kill -KILL "$launcher" 2>/dev/null || true
	kill_server "$starting"
}

# Every start is a clean machine, mail included.
fresh_run_dir() {
	local d=$run_dir/$1
	rm -rf "$d/mail" "$d/root" "$d/log" "$d/pid"
	mkdir -p "$d/root" "$d/mail"/{new,cur,tmp}
	# each server delivers as a user of its own root
	chmod 1777 "$d/mail" "$d/mail"/{new,cur,tmp}
}

# All servers share the host's loopback, and a host may run a resolver on
# 127.0.0.53 itself: each server's resolver has an address of its own, made
# of the server's first port, which is nobody else's either.
dns_address() {
	local port
	port=$(load_server "$1" && server_ports | head -n 1)
	echo "127.53.$((port / 256)).$((port % 256))"
}

wait_for_ports() {
	local name=$1 launcher=$2 end missing
	shift 2
	end=$(($(now_ms) + start_deadline_ms))
	while :; do
		missing=$(ports_listening no "$@")
		[ -n "$missing" ] || break
		if [ ! -d "/proc/$launcher" ]; then
			warn "$name: ended while starting"
			return 1
		fi
		if [ "$(now_ms)" -ge "$end" ]; then
			warn "$name: nobody listens on" \
				"${missing//$'\n'/ } after" \
				"$((start_deadline_ms / 1000)) s"
			return 1
		fi
		sleep 0.01
	done
}

stop_all() {
	local name
	if [ "$1" = --all ]; then
		# shellcheck disable=SC2046
		set -- $(server_names)
	fi
	for name in "$@"; do
		check_name "$name"
		if server_runs "$name"; then
			kill_server "$name"
			say "$name: stopped"
		else
			say "$name: not running"
		fi
	done
}

kill_server() {
	local pid end
	if pid=$(server_pid1 "$1"); then
		kill -KILL "$pid" 2>/dev/null || true
		end=$(($(now_ms) + 30000))
		# gone only when its whole namespace is
		while server_runs "$1"; do
			[ "$(now_ms)" -lt "$end" ] || die "$1 does not end"
			sleep 0.01
		done
	fi
	rm -f "$run_dir/$1/pid"
}

show_status() {
	local name pid missing
	local -a ports
	for name in $(server_names); do
		load_server "$name"
		mapfile -t ports < <(server_ports)
		if ! pid=$(server_pid1 "$name"); then
			if [ -f "$roots_dir/$name/stamp" ]; then
				printf '%-10s stopped\n' "$name"
			else
				printf '%-10s not prepared\n' "$name"
			fi
			continue
		fi
		missing=$(ports_listening no "${ports[@]}")
		printf '%-10s running, pid %s, ports %s%s\n' "$name" "$pid" \
			"${ports[*]}" "${missing:+; silent: ${missing//$'\n'/ }}"
	done
}

show_logs() {
	check_name "$1"
	[ -f "$run_dir/$1/log" ] || die "$1 was never started"
	cat "$run_dir/$1/log"
}

# The main process is known inside by its pid there: find the process of
# the same pid namespace that has that number.
show_pid() {
	local pid1 main f
	check_name "$1"
	pid1=$(server_pid1 "$1") || die "$1 is not running"
	main=$(cat "/proc/$pid1/root/run/smtpspec.main" 2>/dev/null) ||
		die "$1 is still starting"
	for f in /proc/[0-9]*; do
		[ "$f/ns/pid" -ef "/proc/$pid1/ns/pid" ] || continue
		if [ "$(ns_pid "$f")" = "$main" ]; then
			echo "${f#/proc/}"
			return
		fi
	done
	die "$1 has lost its main process"
}

ns_pid() { awk '/^NSpid:/ { print $NF }' "$1/status" 2>/dev/null; }

exec_in() {
	local name=$1 pid
	shift
	check_name "$name"
	pid=$(server_pid1 "$name") || die "$name is not running"
	exec nsenter -t "$pid" -m -p -u -i -r -w env HOME=/root LC_ALL=C \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		"$@"
}
