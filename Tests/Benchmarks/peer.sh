#!/usr/bin/env bash
# peer.sh python|node ARCHITECTURE FOLDER OUTPUT: the same image's files as other programs make them, as one compressed layer.
#
# mmdebstrap unpacks the packages and runs their scripts, pip installs the wheels (bsdtar unpacks those that carry Node and
# Playwright), pigz compresses. What Berth leaves out is left out here too (documentation, translations, compiled Python),
# so that the files are the same.
# FOLDER holds the archive (mirror), the wheels and the list of packages; nothing comes from the network.
set -eu -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
recipe=$1
architecture=$2
folder=$3
output=$4
suite=$(cat "$folder/suite")

# Debian keeps pip as a wheel, which runs as it is: quicker than to install pip first, and nothing of it stays.
# shellcheck disable=SC2016 # the shell inside expands
pip='python3 $(echo /usr/share/python-wheels/pip-*.whl)/pip --python /opt/venv install'
if [ "$recipe" = node ]; then
    set -- --customize-hook="bash $here/tools.sh $folder/wheels \"\$1\""
else
    set -- \
        --customize-hook="copy-in $folder/wheels /tmp" \
        --customize-hook="chroot \"\$1\" python3 -m venv --without-pip /opt/venv" \
        --customize-hook="chroot \"\$1\" sh -c '$pip --quiet --no-compile --no-index --no-deps /tmp/wheels/*.whl'" \
        --customize-hook="rm -rf \"\$1\"/tmp/wheels"
fi
export SOURCE_DATE_EPOCH=1700000000 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
mmdebstrap --quiet --variant=essential --architectures="$architecture" --include="$(cat "$folder/packages")" \
    --hook-dir=/usr/share/mmdebstrap/hooks/file-mirror-automount \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --dpkgopt='path-exclude=/usr/share/lintian/*' --dpkgopt='path-exclude=/usr/share/doc-base/*' \
    --dpkgopt='path-exclude=/usr/share/gtk-doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-include=/usr/share/locale/locale.alias' \
    "$@" \
    --customize-hook="find \"\$1\" -xdev -name __pycache__ -prune -exec rm -rf {} +" \
    "$suite" - "deb [trusted=yes] file://$folder/mirror $suite main" |
    pigz -6 -p "$(getconf _NPROCESSORS_ONLN)" >"$output"
