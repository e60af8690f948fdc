#!/bin/sh
# Copies this project, as it is in one of its versions, to a folder.
# What is in the folder beside the project's own files (_build, rel) stays there, so
# that the next version can be put over one that was built and released.
set -eu

usage() {
    echo "usage: use_version.sh VERSION [FOLDER]   (default: the current folder)" >&2
    echo "versions: 0.1.0 $(cd "$here/versions" && echo *)" >&2
    exit 2
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
[ $# -eq 1 ] || [ $# -eq 2 ] || usage

version=$1
case $version in
    0.1.0) ;;
    '' | */* | .*) usage ;;
    *) [ -d "$here/versions/$version" ] || usage ;;
esac

mkdir -p -- "${2:-.}"
folder=$(CDPATH='' cd -- "${2:-.}" && pwd -P)
case $folder/ in
    "$here"/*)
        echo "use_version.sh: $folder is the example itself: name another folder" >&2
        exit 1
        ;;
esac

# Mix compares times in whole seconds: a mix.exs as old as the last compilation would
# pass for the one that was compiled.
[ ! -d "$folder/_build" ] || sleep 1

cd "$here"
cp -R mix.exs .formatter.exs .gitignore README.md lib test "$folder/"
if [ "$version" != 0.1.0 ]; then
    cp -R "versions/$version/." "$folder/"
fi
echo "sequence $version is in $folder"
