#!/bin/sh
# Compares the tarballs and folders that image/ writes with what GNU tar, gzip, bsdtar and
# OTP's erl_tar make of them, and fills up a small disk while one is written.
#
#     sh tar_oracle.sh BUILD_DIR
set -eu

tool=$1/tests/image_tool
case $tool in /*) ;; *) tool=$PWD/$tool ;; esac

work=$(mktemp -d)
cleanup() {
    umount "$work/disk" 2>/dev/null || :
    chmod -R u+rwx "$work"
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM
cd "$work"
unset SOURCE_DATE_EPOCH

fail() {
    echo "tar_oracle: $*" >&2
    exit 1
}

# A folder with all that is hard in tarballs, as $1.
make_source() {
    hundred=$(printf '%0100d' 0)
    long=$1/long/$hundred/$hundred/$hundred
    mkdir -p "$1/bin" "$1/lib/app-1/priv" "$1/empty" "$1/schön/日本" "$long"
    printf '#!/bin/sh\n' >"$1/bin/run it"
    printf 'elf' >"$1/lib/app-1/priv/x.so.1"
    ln -s x.so.1 "$1/lib/app-1/priv/x.so"
    ln -s lib/app-1 "$1/app"
    ln -s "schön/日本" "$1/umlaut"
    : >"$1/schön/日本/nothing"
    printf 'long' >"$long/$(printf '%0200d' 1)"
    printf 'edge' >"$1/long/$(printf '%094d' 1)"
    dd if=/dev/zero of="$1/zeros" bs=1000 count=3000 2>/dev/null
    LC_ALL=C awk 'BEGIN { srand(7); for (i = 0; i < 300000; i++) print rand() }' >"$1/numbers"
    find "$1" -type d -exec chmod 755 {} +
    find "$1" -type f -exec chmod 644 {} +
    chmod 755 "$1/bin/run it" "$1/lib/app-1/priv/x.so.1"
    chmod 600 "$1/numbers"
    TZ=UTC find "$1" -type f -exec touch -t 202001020304.05 {} +
}

# Name, kind, mode and target of everything below $1.
describe() {
    (cd "$1" && find . -mindepth 1 ! -type l -printf '%P %y %m\n' -o -printf '%P %y %l\n') |
        LC_ALL=C sort
}

# The folders $1 and $2 hold the same.
same() {
    describe "$1" >one.list
    describe "$2" >two.list
    diff one.list two.list || fail "$2 differs from $1 ($3)"
    diff -r "$1" "$2" || fail "contents of $2 differ from $1 ($3)"
}

make_source source
mkdir -p "other place/deep"
make_source "other place/deep/source"

# Same input, same bytes.
(umask 022 && LC_ALL=C TZ=UTC "$tool" tar source one.tar.gz 0)
for threads in 1 2 8; do
    (umask 077 && LC_ALL=C.UTF-8 TZ=Asia/Tokyo \
        "$tool" tar "other place/deep/source" two.tar.gz "$threads")
    cmp one.tar.gz two.tar.gz
    (umask 000 && LC_ALL=POSIX TZ=America/New_York "$tool" tar source two.tar.gz "$threads")
    cmp one.tar.gz two.tar.gz
    rm two.tar.gz
done

# One member, whole, and nothing after it.
gzip -t one.tar.gz
gzip -dc one.tar.gz >one.tar

# Owners, times and names as other programs see them.
LC_ALL=C.UTF-8 TZ=UTC tar --numeric-owner --full-time -tvzf one.tar.gz >listing 2>messages
[ ! -s messages ] || fail "tar says: $(cat messages)"
[ "$(wc -l <listing)" -eq "$(find source -mindepth 1 | wc -l)" ] || fail "entries are missing"
! grep -v '^[-dl][-rwx]* 0/0 .* 2020-01-02 03:04:05 ' listing || fail "owner or time differ"

mkdir by-tar
LC_ALL=C.UTF-8 tar -xpzf one.tar.gz -C by-tar
same source by-tar "GNU tar"

if command -v bsdtar >/dev/null; then
    mkdir by-bsdtar
    LC_ALL=C.UTF-8 bsdtar -xpzf one.tar.gz -C by-bsdtar
    same source by-bsdtar bsdtar
fi

mkdir by-erl
LC_ALL=C.UTF-8 erl +fnu -noinput -eval '
    Options = [compressed, keep_old_files, {cwd, "by-erl"}],
    io:format("~tp~n", [erl_tar:extract("one.tar.gz", Options)]), halt().' >answer
[ "$(cat answer)" = ok ] || fail "erl_tar says: $(cat answer)"
same source by-erl erl_tar

LC_ALL=C "$tool" dir source by-relc
same source by-relc "the folder sink"
mkdir by-relc/var
echo kept >by-relc/var/log
"$tool" dir source by-relc lib bin
rm -r by-relc/var
same source by-relc "the folder sink, again"

# A small disk that becomes full; only root can make one.
mkdir disk
if mount -t tmpfs -o size=1m relc-test disk 2>/dev/null; then
    echo good >disk/x.tar.gz
    dd if=/dev/urandom of=source/noise bs=100000 count=30 2>/dev/null
    ! "$tool" tar source disk/x.tar.gz 2 2>messages || fail "a full disk went unnoticed"
    grep "cannot write 'disk/x.tar.gz': No space left on device" messages
    [ "$(cat disk/x.tar.gz)" = good ] || fail "a full disk damaged the old tarball"
    [ "$(ls -A disk)" = x.tar.gz ] || fail "a full disk left something behind"
    mkdir disk/out
    echo good >disk/out/file
    ! "$tool" dir source disk/out 2>messages || fail "a full disk went unnoticed"
    grep ': No space left on device' messages
    [ "$(ls -A disk disk/out)" = "$(printf 'disk:\nout\nx.tar.gz\n\ndisk/out:\nfile')" ] ||
        fail "a full disk left something behind"
    umount disk
else
    echo "tar_oracle: no small disk here: the full disk was not tried"
fi
echo "tar_oracle: good"
