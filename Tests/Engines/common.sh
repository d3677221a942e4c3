# Shared by the scripts that start real engines for tests; sourced, not run. Clean under bash 3.2.

say() { printf '%s\n' "$*" >&2; }

die() {
    say "error: $*"
    exit 1
}

# need PROGRAM PACKAGE...: installs the Debian packages when the program is missing and we may.
need() {
    program=$1
    shift
    PATH=$PATH:/usr/sbin:/sbin
    command -v "$program" >/dev/null 2>&1 && return 0
    command -v apt-get >/dev/null 2>&1 || die "$program is missing, and this machine has no apt-get"
    [ "$(id -u)" = 0 ] || die "$program is missing; install it with: sudo apt-get install $*"
    say "installing $*, because $program is missing"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2 ||
        die "could not install $*"
}

need_root() { [ "$(id -u)" = 0 ] || die "$1 needs root"; }

# debian_mirror: the address of the Debian archive in the machine's own apt configuration.
debian_mirror() {
    # The format belongs to apt-get, not to the shell.
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' |
        sed -n 's/^Debian|Debian|//p' | sed -n 1p
}

# wait_for SECONDS COMMAND...: tries the command ten times a second until it succeeds.
wait_for() {
    tries=$(($1 * 10))
    shift
    while [ "$tries" -gt 0 ]; do
        if "$@" >/dev/null 2>&1; then return 0; fi
        sleep 0.1
        tries=$((tries - 1))
    done
    return 1
}

# end_process PID SECONDS: asks it to end, then makes it.
end_process() {
    kill -0 "$1" 2>/dev/null || return 0
    kill "$1" 2>/dev/null || true
    if ! wait_for "$2" gone "$1"; then kill -9 "$1" 2>/dev/null || true; fi
}

gone() { ! kill -0 "$1" 2>/dev/null; }

# watch_owner FOLDER: stops what was started in the folder once the process $ENGINE_OWNER is gone,
# so that a test run that was killed leaves nothing behind.
watch_owner() {
    [ -n "${ENGINE_OWNER:-}" ] || return 0
    nohup bash "$here/stop.sh" --after "$ENGINE_OWNER" "$1" >/dev/null 2>&1 </dev/null &
}
