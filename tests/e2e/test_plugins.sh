#!/bin/sh
# Plugins: when they are called and with what, that what they change is in the package, and
# that one that fails, hangs or is none stops the build.

. "$(dirname "$0")/lib.sh"

need erlc escript jq
cp -R "$top/examples/erlang" "$work/tally"
run sh "$work/tally/build.sh"
[ "$status" -eq 0 ] || give_up 'build.sh of the example compiles it' "$out" "$err"
project=$work/tally
release=$project/build/rel/tally
tarball=$release/releases/1.0.0/tally.tar.gz
mkdir "$project/rel/plugins"
cp "$top/examples/plugin/manifest.sh" "$top/examples/plugin/versions.escript" "$project/rel/plugins"

settings() {
    printf 'environments:\n  prod: {}\n  dev: {dev_mode: true, include_erts: false}\n  more: {plugins: [rel/plugins/more]}\n' >"$project/rel/config.yaml"
    printf 'releases:\n  tally:\n    lib_dirs: [.]\n    applications: [tally]\n' >>"$project/rel/config.yaml"
    printf '    %s\n' "$@" >>"$project/rel/config.yaml"
}

# plugin NAME: a script from standard input.
plugin() {
    {
        echo '#!/bin/sh'
        cat
    } >"$project/rel/plugins/$1"
    chmod 755 "$project/rel/plugins/$1"
}

plugin tell <<END
shift
cat >"$work/\$RELC_EVENT.json"
{
    echo "\$*"
    pwd -P
    echo "\$RELC_PROJECT_DIR"
    [ -z "\$RELC_RELEASE_DIR" ] || ls "\$RELC_RELEASE_DIR"
    echo "tarball \$RELC_TARBALL"
} >"$work/\$RELC_EVENT.told"
echo "\$RELC_EVENT" >>"$work/events"
END
plugin more <<END
echo "more \$1" >>"$work/events"
END

# --- what they are called with -------------------------------------------------------

settings 'plugins: [{rel/plugins/tell: [a, "b c"]}]'
: >"$work/events"
built 'a build with a plugin' "$project"
same 'it is called for each event' 'before_assembly
after_assembly
before_package
after_package' "$(cat "$work/events")"
same 'before anything is there' "a b c
$project
$project
tarball " "$(cat "$work/before_assembly.told")"
same 'when the folder is there' "a b c
$project
$project
bin
$(basename "$release"/erts-*)
lib
releases
tarball " "$(cat "$work/after_assembly.told")"
same 'when all is done' "tarball $tarball" "$(tail -n 1 "$work/after_package.told")"
check 'the tarball is there then' [ -s "$tarball" ]
same 'what a plugin reads' '["after_assembly","tally","1.0.0","default",true]' \
    "$(jq -c '[.event, .name, .version, "default", .include_erts]' "$work/after_assembly.json")"
same 'with the applications' '{"name":"tally","version":"1.0.0","type":"permanent","origin":"lib_dir","path":"lib/tally-1.0.0"}' \
    "$(jq -c '.applications[] | select(.name == "tally")' "$work/after_assembly.json")"
same 'before the plan there is no version' '[null,null]' \
    "$(jq -c '[.version, .release_dir]' "$work/before_assembly.json")"
: >"$work/events"
in_folder "$project" "$relc" build --env=more --no-tar
same 'the plugins of an environment come after those of the release' 'before_assembly
more before_assembly
after_assembly
more after_assembly' "$(cat "$work/events")"
: >"$work/events"
built 'dev_mode' "$project" --env=dev --output "$work/dev"
same 'has no package' 'before_assembly
after_assembly' "$(cat "$work/events")"

# --- what they change ----------------------------------------------------------------

settings 'plugins: [rel/plugins/manifest.sh, {rel/plugins/versions.escript: [VERSIONS]}]'
in_folder "$project" "$relc" build --verbose
expect 'the example builds, and --verbose shows its output' 0 '*' '*files in MANIFEST*applications in VERSIONS*'
mkdir "$work/server"
tar -xzf "$tarball" -C "$work/server"
same 'the list of applications' 'kernel sasl stdlib tally ' \
    "$(cut -d ' ' -f 1 "$work/server/VERSIONS" | sort | tr '\n' ' ')"
mv "$work/server/VERSIONS" "$work/VERSIONS"
cd "$work/server" || exit 1
run sha256sum --quiet -c MANIFEST
cd "$work" || exit 1
expect 'the checksums hold in the unpacked tarball' 0 '' ''
check 'the folder has the files too' cmp "$work/VERSIONS" "$release/VERSIONS"
cp "$tarball" "$work/first.tar.gz"
built 'once more' "$project"
check 'gives the same bytes' cmp "$work/first.tar.gz" "$tarball"
built '--tar-only' "$project" --tar-only --output "$work/alone"
check 'gives the same bytes too' cmp "$work/first.tar.gz" "$work/alone/releases/1.0.0/tally.tar.gz"
same 'and leaves nothing else' 'releases' "$(ls -A "$work/alone")"
check_not 'beside it neither' [ -e "$work/.alone.relc-new" ]
plugin remove <<END
[ "\$1" != before_package ] || rm -r "\$RELC_RELEASE_DIR/lib/tally-1.0.0/ebin" "\$RELC_RELEASE_DIR/bin/no_dot_erlang.boot"
END
settings 'plugins: [rel/plugins/remove]'
built 'a plugin that removes files' "$project"
check_not 'they are not in the tarball' sh -c "tar -tzf '$tarball' | grep -e tally-1.0.0/ebin -e bin/no_dot_erlang.boot"
check_not 'nor in the folder' [ -e "$release/lib/tally-1.0.0/ebin" ]

# What is unchanged since the last build is not written again: but for what a plugin changed.
plugin change <<'END'
[ "$1" != after_assembly ] || {
    echo changed >>"$RELC_RELEASE_DIR/releases/1.0.0/vm.args"
    printf x >>"$RELC_RELEASE_DIR/lib/tally-1.0.0/ebin/tally.beam"
}
END
for option in --no-tar --output="$work/tarred"; do
    settings
    built "without a plugin, $option" "$project" "$option"
    folder=$release
    [ "$option" = --no-tar ] || folder=$work/tarred
    before=$(tree "$folder" | grep -v -e tar.gz -e '^d')
    settings 'plugins: [rel/plugins/change]'
    built "with one that changes files, $option" "$project" "$option"
    check "they are changed, $option" grep -q '^changed' "$folder/releases/1.0.0/vm.args"
    built "again, $option" "$project" "$option"
    same "they are changed once, $option" 1 "$(grep -c '^changed' "$folder/releases/1.0.0/vm.args")"
    settings
    built "without it, $option" "$project" "$option"
    same "they are as they were, $option" "$before" "$(tree "$folder" | grep -v -e tar.gz -e '^d')"
done

# --- what stops the build ------------------------------------------------------------

settings
built 'a good release' "$project"
before=$(tree "$release")
refused() {
    what=$1
    pattern=$2
    shift 2
    in_folder "$project" "$relc" build "$@"
    expect "$what" 1 '' "*rel/config.yaml:9:15: $pattern*"
    same "$what: the last good release stays" "$before" "$(tree "$release")"
    check_not "$what: nothing is left" [ -e "$project/build/rel/.tally.relc-new" ]
}
plugin fail <<'END'
echo one
echo two >&2
[ "$1" != "$WHEN" ] || exit 7
END
settings 'plugins: [rel/plugins/fail]'
for WHEN in before_assembly after_assembly before_package; do
    export WHEN
    refused "a plugin that fails $WHEN" "plugin at $WHEN: '*/rel/plugins/fail' failed with exit status 7*one*two"
done
refused 'with --tar-only' "plugin at *failed with exit status 7*" --tar-only --output "$work/gone/x"
check_not 'no folder is left then' [ -e "$work/gone" ]
plugin hang <<END
sleep 1000 &
echo \$! >"$work/hanging"
echo waiting
wait
END
settings 'plugins: [rel/plugins/hang]' 'plugin_timeout: 1'
refused 'a plugin that hangs' "plugin at before_assembly: '*/rel/plugins/hang' did not end within 1 second*waiting"
check 'what it started has ended' wait_for 5 process_gone "$(cat "$work/hanging")"
plugin patient <<END
echo \$\$ >"$work/patient"
exec sleep 1000
END
settings 'plugins: [rel/plugins/patient]'
(cd "$project" && exec "$relc" build) >/dev/null 2>&1 &
build_pid=$!
if wait_for 10 [ -s "$work/patient" ]; then
    kill -TERM "$build_pid"
    wait "$build_pid" 2>/dev/null
    check 'a plugin ends when relc is ended' wait_for 5 process_gone "$(cat "$work/patient")"
else
    not_ok 'a plugin that waits is started'
fi
settings 'plugins: [rel/plugins/none]'
refused 'a plugin that is not there' "there is no plugin '*/rel/plugins/none'"
echo 'echo x' >"$project/rel/plugins/plain"
settings 'plugins: [rel/plugins/plain]'
refused 'a plugin that cannot be executed' "plugin 'rel/plugins/plain' is no executable file*chmod +x rel/plugins/plain"
plugin killed <<'END'
kill -KILL $$
END
settings 'plugins: [rel/plugins/killed]'
refused 'a plugin that is killed' "*was ended by signal 9"
