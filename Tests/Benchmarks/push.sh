#!/usr/bin/env bash
# push.sh LABEL STORE NAME RESULTS RUNS: pushes an image with Berth and with skopeo, in turn, to one docker-registry.
#
# The registry is Debian's, started here on a free port of this machine and emptied before each push. NAME is the image in
# the store (python:latest); BERTH names the program. Each run appends to RESULTS, as measure.py does, under LABEL,
# "LABEL peer" and "LABEL same" (a push of what is there). How many blobs the last one sent stands under "LABEL sent".
set -eu
label=$1 store=$2 name=$3 results=$4 runs=$5
here=$(cd "$(dirname "$0")" && pwd)
berth=${BERTH:-$here/../../.build/release/berth}
for program in docker-registry skopeo python3; do
    command -v "$program" >/dev/null || {
        echo "push.sh: $program is missing; run scripts/setup test" >&2
        exit 1
    }
done

folder=$(mktemp -d "${TMPDIR:-/tmp}/berth-push.XXXXXX")
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
server=
cat >"$folder/config.yml" <<END
version: 0.1
log:
  level: info
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: $folder/data
http:
  addr: 127.0.0.1:0
  secret: benchmark
END
docker-registry serve "$folder/config.yml" >"$folder/log" 2>&1 &
server=$!
tries=100
host=
while [ -z "$host" ] && [ $tries -gt 0 ]; do
    host=$(sed -n 's/.*listening on \(127\.0\.0\.1:[0-9]*\).*/\1/p' "$folder/log" | head -n 1)
    tries=$((tries - 1))
    sleep 0.1
done
[ -n "$host" ] || {
    cat "$folder/log" >&2
    exit 1
}

measure() { python3 "$here/measure.py" "$results" "$@"; }
push() { measure "$1" "$berth" image push "$name" "$host/mine:1" --store "$store" --quiet; }

round=0
while [ $round -lt "$runs" ]; do
    round=$((round + 1))
    rm -rf "$folder/data"
    measure "$label peer" skopeo copy --quiet --all --preserve-digests --dest-no-creds --dest-tls-verify=false \
        "oci:$store:$name" "docker://$host/peer:1"
    rm -rf "$folder/data"
    push "$label"
    push "$label same"
done
"$berth" image push "$name" "$host/mine:1" --store "$store" --json |
    python3 -c 'import json, sys; print(json.dumps({"label": sys.argv[1], "count": json.load(sys.stdin)["moved"]["count"]}))' \
        "$label sent" >>"$results"
