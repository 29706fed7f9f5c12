# shellcheck shell=bash disable=SC2034 # used by those who source it
# What every part of the rig uses: paths, messages, server descriptions.
# Sourced by rig, which sets $here.

servers_dir=${here:?}
repo_dir=$(cd "$servers_dir/../.." && pwd -P)
profiles_dir=$repo_dir/conformance/profiles
RIG_WORK=${RIG_WORK:-$repo_dir/build/servers}
case $RIG_WORK in /*) ;; *) RIG_WORK=$PWD/$RIG_WORK ;; esac
roots_dir=$RIG_WORK/roots
run_dir=$RIG_WORK/run
tls_dir=$RIG_WORK/tls

status_skipped=77

# Sentences are for people, so they go to standard error when standard
# output is data (targets, list, pid); progress goes to standard output.
say() { printf 'rig: %s\n' "$*"; }
warn() { printf 'rig: %s\n' "$*" >&2; }
die() {
	warn "$*"
	exit 1
}
wrong_usage() {
	usage >&2
	exit 2
}

need_names() { [ $# -gt 0 ] || wrong_usage; }

now_ms() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

# The host's own python: a version manager's shim in PATH costs 100 ms.
python() {
	if [ -x /usr/bin/python3 ]; then
		/usr/bin/python3 "$@"
	else
		python3 "$@"
	fi
}

server_names() {
	local f
	for f in "$servers_dir"/*/server.sh; do
		basename "$(dirname "$f")"
	done
}

check_name() {
	[ -f "$servers_dir/$1/server.sh" ] && return
	warn "no server is called '$1'; there are: $(server_names | xargs)"
	exit 2
}

# Sets suite, packages, npm_packages, preseed, version_of, targets and
# other_ports to what NAME/server.sh says.
load_server() {
	check_name "$1"
	suite=bookworm packages=() preseed='' version_of='' targets=()
	other_ports=() npm_packages=()
	# shellcheck source=/dev/null
	. "$servers_dir/$1/server.sh"
}

# The ports of the loaded server, one a line.
server_ports() {
	local t
	for t in "${targets[@]}"; do
		# shellcheck disable=SC2086 # a row of words, made to be split
		set -- $t
		echo "$3"
	done
	for t in ${other_ports[@]+"${other_ports[@]}"}; do
		echo "$t"
	done
}

show_targets() {
	local name t
	# shellcheck disable=SC2046 # names have no spaces
	[ $# -gt 0 ] || set -- $(server_names)
	for name in "$@"; do
		load_server "$name"
		for t in "${targets[@]}"; do
			local role scheme port profile
			read -r role scheme port profile <<<"$t"
			printf '%s\t%s\t%s://127.0.0.1:%s\t%s\n' "$name" \
				"$role" "$scheme" "$port" \
				"$profiles_dir/$profile.conf"
		done
	done
}

show_version() {
	check_name "$1"
	[ -f "$roots_dir/$1/version" ] || die "$1 is not prepared"
	cat "$roots_dir/$1/version"
}

# Why this machine cannot run the servers; nothing when it can. Overlay is
# tried for real, because kernels and containers that list it may refuse.
why_not() {
	local tool
	if [ "$(id -u)" -ne 0 ]; then
		echo "needs root, for mounts and namespaces"
		return
	fi
	for tool in unshare nsenter mount chroot; do
		if ! command -v "$tool" >/dev/null; then
			echo "needs $tool (util-linux, coreutils)"
			return
		fi
	done
	if ! unshare -m -p -u -i -f true 2>/dev/null; then
		echo "the kernel refuses new namespaces (unshare)"
		return
	fi
	if ! overlay_works; then
		echo "the kernel refuses overlayfs under $RIG_WORK"
	fi
}

overlay_works() {
	local d ok=0
	mkdir -p "$RIG_WORK"
	d=$(mktemp -d "$RIG_WORK/.probe.XXXXXX")
	mkdir "$d/l" "$d/u" "$d/w" "$d/m"
	# relative paths: lowerdir= takes ':' and ',' for separators
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m --propagation private sh -c 'cd "$1" && mount -t overlay \
		probe -o lowerdir=l,upperdir=u,workdir=w m' x "$d" \
		2>/dev/null || ok=1
	rm -rf "$d"
	return "$ok"
}

# Ends the run with 77, naming every server that is skipped.
skip_unless_able() {
	local why name
	why=$(why_not)
	[ -n "$why" ] || return 0
	for name in "$@"; do
		warn "skipped $name: $why"
	done
	exit "$status_skipped"
}
