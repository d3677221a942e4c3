#!/usr/bin/env bash
# bench.sh [image|plan [PART...]|cache [PART...]]: measures Berth against other programs in one run and writes the tables of
# docs/benchmarks.md; without a word all three. `cache keys xfs` takes these parts only (Tests/Benchmarks/cache/main.py has them).
#
# Each figure is a ratio of two that were taken one after the other on this machine, and a median where it says so.
# BENCH_RUNS (3) is how often each is taken; the emulated peer runs once, as it takes minutes. BERTH names the program
# to measure, BENCH_RECIPES and BENCH_PLATFORMS fewer images, BENCH_OUTPUT another file with the two marks. Package files
# come from the user's store; what is missing there is fetched. The Node image is measured for this machine only.
set -eu
cd "$(dirname "$0")/../.."
here=$PWD/Tests/Benchmarks
berth=${BERTH:-$PWD/.build/release/berth}
runs=${BENCH_RUNS:-3}
output=${BENCH_OUTPUT:-$PWD/docs/benchmarks.md}
recipes=${BENCH_RECIPES:-python node}
what=${1:-image cache plan}
[ $# = 0 ] || shift

say() { echo "bench: $*" >&2; }

die() {
    say "$*"
    exit 1
}

[ "$(uname -s)" = Linux ] || die "the programs to measure against run on Linux only; run this in a Linux machine"
[ "$(id -u)" = 0 ] || die "mmdebstrap and the emulator need root: sudo make bench"
[ -x "$berth" ] || die "there is no $berth; run make build"
case " $what " in
*" image "* | *" cache "* | *" plan "*) ;;
*) die "usage: bench.sh [image|plan [PART...]|cache [PART...]]" ;;
esac
for program in mmdebstrap arch-test apt-ftparchive dpkg-deb pigz libdeflate-gzip openssl xz zstd python3 \
    docker-registry skopeo bsdtar docker npm restic mkfs.ext4 mkfs.xfs mkfs.btrfs; do
    command -v "$program" >/dev/null || die "$program is missing; run scripts/setup test"
done
case $(uname -m) in
x86_64) platforms="linux/amd64 linux/arm64" ;;
aarch64) platforms="linux/arm64" ;;
*) die "there are no images for $(uname -m)" ;;
esac
native=${platforms%% *}
platforms=${BENCH_PLATFORMS:-$platforms}

work=$(mktemp -d "${TMPDIR:-/tmp}/berth-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
results=$work/results
blobs=$work/store/blobs/sha256
# The key is the run's own: a benchmark makes none for its user.
export BERTH_IMAGES=$work/images BERTH_SIGNING_KEY=$work/signing.pem
user_store=${BERTH_HOME:-${XDG_DATA_HOME:-$HOME/.local/share}/berth}
unset BERTH_HOME SOURCE_DATE_EPOCH
uptime >"$work/load"
PATH=$PATH:/usr/sbin:/sbin
# Now, and not when the table is written: the tree may move on during a run.
git describe --always --dirty >"$work/commit" 2>/dev/null || echo unknown >"$work/commit"

# measure LABEL COMMAND...
measure() { python3 "$here/measure.py" "$results" "$@"; }

# build STORE PLATFORM [OPTION]
build() { "$berth" image build "$recipe" --store "$work/$1" --platform "$2" --progress none "${@:3}"; }
measure_build() { measure "$1" "$berth" image build "$recipe" --store "$work/$2" --platform "$3" --offline --quiet; }

# A store that holds the locked packages and nothing made of them.
fresh_store() {
    rm -rf "$work/cold"
    python3 "$here/inputs.py" fill "$lock" "$blobs" "$work/cold/blobs/sha256"
}

# The layers of the image just built, compressed and as tars, for the floor.
floor_inputs() {
    python3 "$here/inputs.py" floor "$lock" "$1" "$blobs" "$2"
    mkdir "$2/layers" "$2/blobs"
    "$berth" image show "$recipe" --store "$work/store" --json >"$work/shown"
    python3 "$here/report.py" layers "$work/shown" "$1" | while read -r digest; do
        ln "$blobs/$digest" "$2/blobs/$digest"
        gzip -dc "$blobs/$digest" >"$2/layers/$digest"
    done
}

cold() {
    fresh_store
    measure_build "$label cold" cold "$1"
}

floor() { for part in xz deflate hash; do measure "$label floor $part" bash "$here/floor.sh" $part "$1"; done; }

peer() {
    measure "$label peer" bash "$here/peer.sh" "$recipe" "${1#linux/}" "$2" "$work/peer.tar.gz"
    wc -c <"$work/peer.tar.gz" >"$2/bytes"
    gzip -dc "$work/peer.tar.gz" | wc -c >"$2/unpacked"
}

# One package changed: each round other bytes, so that nothing of it was seen before.
change() {
    cp "$lock" "$work/lock"
    python3 "$here/inputs.py" change "$2" "$3" "$lock" "$1" "$blobs" >"$folder/$2"
    measure_build "$label change $2" store "$1"
    cp "$work/lock" "$lock"
}

# What changes in which image; a security update of Chromium is the Node image's most frequent one.
kinds() { if [ "$recipe" = python ]; then echo wheel package largest; else echo package largest chromium; fi; }

bench() {
    label="$recipe $1"
    folder=$work/$recipe-${1#linux/}
    say "$label: inputs"
    build store "$1" --quiet >/dev/null
    python3 "$here/inputs.py" peer "$lock" "$1" "$blobs" "$folder"
    floor_inputs "$1" "$folder/floor"
    round=0
    while [ $round -lt "$runs" ]; do
        round=$((round + 1))
        say "$label: round $round of $runs"
        cold "$1"
        if [ "$2" = native ] || [ $round = 1 ]; then peer "$1" "$folder"; fi
        floor "$folder/floor"
        for kind in $(kinds); do change "$1" "$kind" $round; done
    done
    build store "$1" --offline --quiet >/dev/null
    say "$label: unchanged"
    measure "$label same" --repeat 20 \
        "$berth" image build "$recipe" --store "$work/store" --platform "$1" --offline --quiet
    [ "$2" != native ] || {
        push
        nightly
    }
}

# Push of what was built, against skopeo to the same registry.
push() {
    say "$label: push"
    BERTH=$berth bash "$here/push.sh" "$label push" "$work/store" "$recipe:latest" "$results" "$runs"
}

# A night that finds nothing new, after one that brings everything up to date. It asks the real archives and indexes, so
# the wall time has their answers in it; CPU time is what Berth itself and the resolver need.
#
# The npm registry is one that refuses at once: whether one is in reach would decide over seconds, and is not Berth's doing.
nightly() {
    say "$label: nightly"
    night="image nightly $recipe --without-test --on-battery --store $work/store --quiet"
    # shellcheck disable=SC2086 # words without spaces
    npm_config_registry=http://127.0.0.1:9/ "$berth" $night >/dev/null
    # shellcheck disable=SC2086
    npm_config_registry=http://127.0.0.1:9/ measure "$label nightly" --repeat 3 "$berth" $night
}

# bench_platform PLATFORM
bench_platform() {
    if [ "$1" = "$native" ]; then
        bench "$1" native
    elif [ "$recipe" = python ]; then
        bash Tests/Engines/binfmt.sh
        bench "$1" emulated
    fi
    # After each, so that a run that is stopped has given what it had.
    uptime >>"$work/load"
    python3 "$here/report.py" table "$work" "$output"
}

images() {
    cp -R images "$work/images"
    for recipe in $recipes; do
        lock=$work/images/$recipe/berth.lock
        python3 "$here/inputs.py" fill "$lock" "$user_store/blobs/sha256" "$blobs"
        for platform in $platforms; do bench_platform "$platform"; done
    done
}

# The planner and the policies; CP-SAT of OR-tools, which Debian has not, is installed beside the other tools.
plans() {
    solver=${XDG_DATA_HOME:-$HOME/.local/share}/berth-tools/solver
    if ! "$solver/bin/python" -c 'import ortools' 2>/dev/null; then
        say "installing ortools with pip into $solver"
        python3 -m venv "$solver"
        "$solver/bin/python" -m pip install --quiet --disable-pip-version-check ortools
    fi
    "$solver/bin/python" "$here/plan.py" all "$berth" "$work" "$output" "$@"
}

for part in $what; do
    case $part in
    image) images ;;
    plan) plans "$@" ;;
    *) BENCH_RUNS=$runs python3 "$here/cache/main.py" "$berth" "$work" "$output" "$@" ;;
    esac
done
say "written to $output"
