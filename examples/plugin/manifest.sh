#!/bin/sh
# A plugin of relc in POSIX sh: writes the checksums of a release into its MANIFEST, so that
# `sha256sum -c MANIFEST` tells on a server whether a file was changed.
#
#     plugins: [rel/plugins/manifest.sh]
set -eu

[ "$1" = after_assembly ] || exit 0
cd "$RELC_RELEASE_DIR"
sums=$(find . -type f -exec sha256sum {} + | sed 's,  \./,  ,' | LC_ALL=C sort -k 2)
printf '%s\n' "$sums" >MANIFEST
echo "$(wc -l <MANIFEST) files in MANIFEST"
