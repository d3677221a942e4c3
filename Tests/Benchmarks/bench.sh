#!/usr/bin/env bash
# bench.sh: measures Berth against other programs in one run and writes the table of docs/benchmarks.md.
#
# Each figure is a ratio of two that were taken one after the other on this machine, and a median where it says so.
# BENCH_RUNS (3) is how often each is taken; the emulated peer runs once, as it takes minutes. BERTH names the program
# to measure, BENCH_PLATFORMS fewer platforms, BENCH_OUTPUT another file with the two marks. Package files come from the
# user's store; what is missing there is fetched.
set -eu
cd "$(dirname "$0")/../.."
here=$PWD/Tests/Benchmarks
berth=${BERTH:-$PWD/.build/release/berth}
runs=${BENCH_RUNS:-3}
output=${BENCH_OUTPUT:-$PWD/docs/benchmarks.md}
recipe=python

say() { echo "bench: $*" >&2; }

die() {
    say "$*"
    exit 1
}

[ "$(uname -s)" = Linux ] || die "the programs to measure against run on Linux only; run this in a Linux machine"
[ "$(id -u)" = 0 ] || die "mmdebstrap and the emulator need root: sudo make bench"
[ -x "$berth" ] || die "there is no $berth; run make build"
for program in mmdebstrap arch-test apt-ftparchive dpkg-deb pigz libdeflate-gzip openssl xz zstd python3 \
    docker-registry skopeo; do
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
export BERTH_IMAGES=$work/images
user_store=${BERTH_HOME:-${XDG_DATA_HOME:-$HOME/.local/share}/berth}
unset BERTH_HOME SOURCE_DATE_EPOCH
uptime >"$work/load"
# Now, and not when the table is written: the tree may move on during a run.
git describe --always --dirty >"$work/commit" 2>/dev/null || echo unknown >"$work/commit"

# measure LABEL COMMAND...
measure() { python3 "$here/measure.py" "$results" "$@"; }

# build STORE PLATFORM [OPTION]
build() { "$berth" image build $recipe --store "$work/$1" --platform "$2" --progress none "${@:3}"; }
measure_build() { measure "$1" "$berth" image build $recipe --store "$work/$2" --platform "$3" --offline --quiet; }

# A store that holds the locked packages and nothing made of them.
fresh_store() {
    rm -rf "$work/cold"
    python3 "$here/inputs.py" fill "$lock" "$blobs" "$work/cold/blobs/sha256"
}

# The layers of the image just built, compressed and as tars, for the floor.
floor_inputs() {
    python3 "$here/inputs.py" floor "$lock" "$1" "$blobs" "$2"
    mkdir "$2/layers" "$2/blobs"
    "$berth" image show $recipe --store "$work/store" --json >"$work/shown"
    python3 "$here/report.py" layers "$work/shown" "$1" | while read -r digest; do
        ln "$blobs/$digest" "$2/blobs/$digest"
        gzip -dc "$blobs/$digest" >"$2/layers/$digest"
    done
}

cold() {
    fresh_store
    measure_build "$1 cold" cold "$1"
}

floor() { for part in xz deflate hash; do measure "$1 floor $part" bash "$here/floor.sh" $part "$2"; done; }

peer() {
    measure "$1 peer" bash "$here/peer.sh" "${1#linux/}" "$2" "$work/peer.tar.gz"
    wc -c <"$work/peer.tar.gz" >"$2/bytes"
    gzip -dc "$work/peer.tar.gz" | wc -c >"$2/unpacked"
}

# One package changed: each round other bytes, so that nothing of it was seen before.
change() {
    cp "$lock" "$work/lock"
    python3 "$here/inputs.py" change "$2" "$3" "$lock" "$1" "$blobs" >"$work/${1#linux/}/$2"
    measure_build "$1 change $2" store "$1"
    cp "$work/lock" "$lock"
}

bench() {
    folder=$work/${1#linux/}
    say "$1: inputs"
    build store "$1" --quiet >/dev/null
    python3 "$here/inputs.py" peer "$lock" "$1" "$blobs" "$folder"
    floor_inputs "$1" "$folder/floor"
    round=0
    while [ $round -lt "$runs" ]; do
        round=$((round + 1))
        say "$1: round $round of $runs"
        cold "$1"
        if [ "$2" = native ] || [ $round = 1 ]; then peer "$1" "$folder"; fi
        floor "$1" "$folder/floor"
        for kind in wheel package largest; do change "$1" $kind $round; done
    done
    build store "$1" --offline --quiet >/dev/null
    say "$1: unchanged"
    measure "$1 same" --repeat 20 \
        "$berth" image build $recipe --store "$work/store" --platform "$1" --offline --quiet
    [ "$2" != native ] || push "$1"
}

# Push of what was built, against skopeo to the same registry.
push() {
    say "$1: push"
    BERTH=$berth bash "$here/push.sh" "$1 push" "$work/store" "$recipe:latest" "$results" "$runs"
}

cp -R images "$work/images"
lock=$work/images/$recipe/berth.lock
python3 "$here/inputs.py" fill "$lock" "$user_store/blobs/sha256" "$blobs"
for platform in $platforms; do
    if [ "$platform" = "$native" ]; then
        bench "$platform" native
    else
        bash Tests/Engines/binfmt.sh
        bench "$platform" emulated
    fi
    # After each, so that a run that is stopped has given what it had.
    uptime >>"$work/load"
    python3 "$here/report.py" table "$work" "$output"
done
say "written to $output"
