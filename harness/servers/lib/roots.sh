# shellcheck shell=bash disable=SC2154 # set in common.sh
# prepare: the certificate, a base tree a suite, and an overlay layer a
# server over its base. Each is made under a temporary name and renamed when
# it is whole, so that what has the final name is finished.

prepare_all() {
	local name
	# shellcheck disable=SC2046 # names have no spaces
	[ $# -gt 0 ] || set -- $(server_names)
	for name in "$@"; do
		check_name "$name"
	done
	skip_unless_able "$@"
	mkdir -p "$roots_dir" "$run_dir"
	# one at a time; the lock goes with the process
	exec 8>"$RIG_WORK/.prepare.lock"
	flock -n 8 || {
		say "another prepare is at work; waiting for it"
		flock 8
	}
	rm -rf --one-file-system "$roots_dir"/.new.*
	install_host_tools
	make_tls
	for name in "$@"; do
		load_server "$name"
		make_base "$suite"
		make_layer "$name"
	done
}

install_host_tools() {
	local missing=() pair
	for pair in mmdebstrap:mmdebstrap openssl:openssl \
		python3:python3-minimal flock:util-linux; do
		command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
	done
	[ "${#missing[@]}" -gt 0 ] || return 0
	say "installing on this machine: ${missing[*]}"
	apt-get update -q
	DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
		--no-install-recommends "${missing[@]}"
}

# A private authority and one certificate, for every server. The authority's
# key is thrown away: nothing else is ever signed with it.
make_tls() {
	local t
	if openssl x509 -in "$tls_dir/cert.pem" -noout -checkend 604800 \
		>/dev/null 2>&1; then
		say "tls: already there"
		return
	fi
	t=$(mktemp -d "$RIG_WORK/.tls.XXXXXX")
	{
		openssl req -x509 -newkey rsa:2048 -nodes -days 825 \
			-subj '/CN=smtpspec test authority' \
			-addext 'keyUsage=critical,keyCertSign,cRLSign' \
			-keyout "$t/ca.key" -out "$t/ca.pem"
		openssl req -newkey rsa:2048 -nodes \
			-subj '/CN=mx.example.test' \
			-keyout "$t/key.pem" -out "$t/cert.csr"
		openssl x509 -req -in "$t/cert.csr" -days 824 \
			-CA "$t/ca.pem" -CAkey "$t/ca.key" -CAcreateserial \
			-extfile "$servers_dir/lib/cert.ext" \
			-out "$t/cert.pem"
	} >"$t/log" 2>&1 || {
		cat "$t/log" >&2
		rm -rf "$t"
		die "no certificate could be made"
	}
	rm -f "$t/ca.key" "$t/cert.csr" "$t/log"
	chmod 755 "$t"
	rm -rf "$tls_dir"
	mv "$t" "$tls_dir"
	say "tls: authority and certificate made"
}

base_packages=busybox-static,ca-certificates

make_base() {
	local suite=$1 new t0
	if [ -f "$roots_dir/$suite/etc/smtpspec-base" ]; then
		say "base $suite: already there"
		return
	fi
	t0=$(now_ms)
	say "base $suite: making it with mmdebstrap"
	new=$(mktemp -d "$roots_dir/.new.XXXXXX")
	python "$servers_dir/lib/sources.py" "$suite" >"$new/apt.sources"
	host_apt_network >"$new/apt.conf"
	# The package lists stay in: a layer then needs no update of its own.
	# Its mounts (the host's /dev among them) are in a namespace, so that
	# what an interrupted run leaves can be removed safely.
	unshare -m --propagation private \
		mmdebstrap --quiet --mode=root --variant=apt \
		--include="$base_packages" --skip=cleanup/apt/lists \
		--aptopt="$new/apt.conf" "$suite" "$new/tree" \
		"$new/apt.sources" >"$new/log" 2>&1 || {
		tail -n 15 "$new/log" >&2
		rm -rf "$new"
		die "base $suite could not be made"
	}
	# Layers remember which base they were made over.
	echo "$suite $(date -u +%Y%m%dT%H%M%SZ) $$" \
		>"$new/tree/etc/smtpspec-base"
	rm -rf "${roots_dir:?}/$suite"
	mv "$new/tree" "$roots_dir/$suite"
	rm -rf "$new"
	report_made "base $suite" "$t0" "$roots_dir/$suite"
}

# How this machine reaches its mirror (proxy, retries, dates) holds in the
# roots too.
host_apt_network() {
	apt-config dump | grep -E \
		'^Acquire::(http|https|ftp|Check-|Retries|ForceIPv)' || true
}

# The layer's stamp: rebuilt when the base or the wish list changed.
layer_stamp() {
	cat "$roots_dir/$suite/etc/smtpspec-base"
	printf '%s\n' "${packages[@]}" "$preseed"
	[ "${#npm_packages[@]}" -eq 0 ] || printf '%s\n' "${npm_packages[@]}"
}

make_layer() {
	local name=$1 new t0
	if [ -f "$roots_dir/$name/stamp" ] &&
		[ "$(cat "$roots_dir/$name/stamp")" = "$(layer_stamp)" ]; then
		say "layer $name: already there, $(show_version "$name")"
		return
	fi
	if server_runs "$name"; then
		die "layer $name: stop the server first"
	fi
	# the others can be made without it
	if [ "${#npm_packages[@]}" -gt 0 ] && ! command -v npm >/dev/null
	then
		warn "layer $name: left out: needs npm on this machine"
		return
	fi
	t0=$(now_ms)
	new=$(mktemp -d "$roots_dir/.new.XXXXXX")
	chmod 755 "$new"
	mkdir "$new/u" "$new/w" "$new/m"
	# The mounts are in a namespace of their own: they end with it.
	unshare -m -p -f --kill-child=KILL --propagation private \
		bash "$servers_dir/lib/install.sh" "$roots_dir" \
		"$(basename "$new")" "$suite" "$name" "$preseed" \
		"$version_of" "${npm_packages[*]-}" "${packages[@]}" \
		</dev/null >"$new/log" 2>&1 || {
		tail -n 15 "$new/log" >&2
		rm -rf "$new"
		die "layer $name could not be made"
	}
	layer_stamp >"$new/stamp"
	rm -rf "$new/w" "$new/m" "${roots_dir:?}/$name"
	mv "$new" "$roots_dir/$name"
	report_made "layer $name $(show_version "$name")" "$t0" \
		"$roots_dir/$name/u"
}

report_made() {
	local what=$1 ms=$(($(now_ms) - $2)) mib
	mib=$(du -sm "$3" | cut -f1)
	say "$what: made in $((ms / 1000)).$((ms % 1000 / 100)) s, $mib MiB"
}
