#!/usr/bin/env bash
# floor.sh xz|deflate|hash FOLDER: the work that no builder of these layers can avoid, by programs that do nothing else.
#
# FOLDER/data holds the packages' data archives, FOLDER/layers the layers' tars, FOLDER/blobs the compressed layers,
# FOLDER/packages the package files.
set -eu
folder=$2
case $1 in
xz)
    for file in "$folder"/data/*; do
        case $file in
        *.xz) xz -dc "$file" ;;
        *.zst) zstd -qdc "$file" ;;
        *.gz) gzip -dc "$file" ;;
        *) cat "$file" ;;
        esac
    done >/dev/null
    ;;
deflate) libdeflate-gzip -6 -c "$folder"/layers/* >/dev/null ;;
hash) openssl dgst -sha256 "$folder"/packages/* "$folder"/layers/* "$folder"/blobs/* >/dev/null ;;
esac
