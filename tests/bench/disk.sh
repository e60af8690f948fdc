# shellcheck shell=sh
# Where tests/bench/run.sh works. On ext4 making files is several times slower for a minute
# and more after others were deleted in the same place, so nothing is deleted while it
# measures; and what a tool deletes itself is on a disk of its own where $disk is fresh.
# Needs $base, $disk, $set.
# shellcheck disable=SC2154

# The folder of a tool: project, home, cache and output.
place_of() { # TOOL
    echo "$base/$set/$(disk_of "$1")/$1"
}

disk_of() { # TOOL
    case $1 in
    mix | rebar3 | distillery) echo "$1" ;;
    *) echo relc ;;
    esac
}

make_disks() {
    for name in relc mix rebar3 distillery; do
        mkdir -p "$base/$set/$name"
        [ "$disk" != fresh ] || mount_image "$base/$set.$name.img" "$base/$set/$name"
    done
}

mount_image() { # FILE FOLDER
    truncate -s 24G "$1"
    mkfs.ext4 -q -F "$1"
    device=$(losetup --find --show --direct-io=on "$1" 2>/dev/null || losetup --find --show "$1")
    # Nothing may go on in the background: the empty tables of inodes stay as they are.
    mount -o noinit_itable "$device" "$2" || {
        losetup -d "$device"
        exit 1
    }
    losetup -d "$device" # when it is unmounted
}

remove_disks() {
    [ "$disk" = fresh ] || return 0
    for name in relc mix rebar3 distillery; do
        ! mountpoint -q "$base/$set/$name" || umount "$base/$set/$name" || umount -l "$base/$set/$name"
        rm -f "$base/$set.$name.img"
    done
}

remove_all() {
    [ -z "${set:-}" ] || remove_disks
    # No step into a disk that could not be unmounted.
    rm -rf --one-file-system "$base"
}

# A command that moves files away instead of deleting them.
away() { # PATH...
    for path; do
        echo "[ ! -e '$path' ] || { mkdir -p '${path%/*}/away' && mv '$path' \"\$(mktemp -d '${path%/*}/away/XXXXXX')\"; } &&"
    done
    echo 'true;'
}
