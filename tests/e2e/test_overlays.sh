#!/bin/sh
# Overlays: what each kind lays over a release, with variables in texts and paths, and that
# none leaves the release.

. "$(dirname "$0")/lib.sh"

need erlc
cp -R "$top/examples/erlang" "$work/tally"
run sh "$work/tally/build.sh"
[ "$status" -eq 0 ] || give_up 'build.sh of the example compiles it' "$out" "$err"
project=$work/tally
release=$project/build/rel/tally
server=$work/server

settings() {
    printf 'environments:\n  prod: {}\n  dev: {dev_mode: true, include_erts: false}\n' >"$project/rel/config.yaml"
    printf 'releases:\n  tally:\n    lib_dirs: [.]\n    applications: [tally]\n' >>"$project/rel/config.yaml"
    printf '    %s\n' "$@" >>"$project/rel/config.yaml"
}

unpacked() {
    built "$@"
    rm -rf "$server"
    mkdir "$server"
    tar -xzf "$release/releases/1.0.0/tally.tar.gz" -C "$server"
}

# --- each kind -----------------------------------------------------------------------

mkdir -p "$project/rel/files/etc/deep" "$project/rel/1.0.0" "$work/outside"
echo plain >"$project/rel/files/etc/a.conf"
echo deep >"$project/rel/files/etc/deep/b.conf"
printf '#!/bin/sh\necho tool\n' >"$project/rel/files/tool"
chmod 755 "$project/rel/files/tool"
echo versioned >"$project/rel/1.0.0/notes"
# shellcheck disable=SC2016 # nobody's to expand
printf '<%%= greeting %%> of <%%= release_name %%> <%%=release.version%%>: <%%= dev_mode %%> <%%= is_upgrade %%> <%%= upgrade_from %%> <%%%%= x ${Y}\n' >"$project/rel/motd"
printf '#!/bin/sh\necho <%%= greeting %%>\n' >"$project/rel/hello"
chmod 755 "$project/rel/hello"
echo outside >"$work/outside/file"

settings 'overlay_vars: {greeting: hello, folder: "with blanks", environment: mine}' 'overlays:' \
    '  - mkdir: var/uploads' \
    '  - copy: [rel/files, .]' \
    '  - copy: [rel/files/tool, bin]' \
    '  - copy: [rel/files/tool, libexec/]' \
    '  - copy: ["rel/<%= release_version %>", "<%= folder %>/notes-<%= release_name %>"]' \
    '  - template: [rel/motd, etc/motd]' \
    '  - template: [rel/hello, bin/hello]' \
    '  - link: [a.conf, etc/c.conf]' \
    "  - link: [$work/outside, outside]" \
    '  - link: [rel/files/etc, linked]' \
    '  - copy: [rel/1.0.0/notes, etc/a.conf]' \
    '  - copy: [rel/files/tool, bin/tally]'
unpacked 'a release with overlays' "$project"
same 'folder and tarball hold the same' "$(tree "$server")" "$(tree "$release" | grep -v tally.tar.gz)"
same 'mkdir makes folders' '' "$(ls -A "$server/var/uploads")"
same 'copy takes a folder with all below' deep "$(cat "$server/etc/deep/b.conf")"
same 'modes are kept' 755 "$(stat -c %a "$server/tool")"
check 'copy into a folder of the release' cmp "$server/bin/tool" "$project/rel/files/tool"
check 'copy into a folder that is named with a slash' cmp "$server/libexec/tool" "$project/rel/files/tool"
same 'variables in paths' versioned "$(cat "$server/with blanks/notes-tally/notes")"
# shellcheck disable=SC2016 # nobody's to expand
same 'variables in templates' 'hello of tally 1.0.0: false false latest <%= x ${Y}' "$(cat "$server/etc/motd")"
run "$server/bin/hello"
expect 'a template that is a program' 0 hello ''
same 'a link in the release stays a link' a.conf "$(readlink "$server/etc/c.conf")"
same 'a link out of it is followed' outside "$(cat "$server/outside/file")"
check_not 'and is no link' [ -L "$server/outside" ]
same 'so is one to the project' deep "$(cat "$server/linked/deep/b.conf")"
same 'a later overlay wins' versioned "$(cat "$server/etc/a.conf")"
check "over relc's own files too" cmp "$server/bin/tally" "$project/rel/files/tool"
check "variables of relc's own templates too" grep -q "REL_ENVIRONMENT='mine'" "$server/releases/1.0.0/tally.sh"

in_folder "$project" "$relc" build --env=dev --output "$work/dev"
expect 'dev_mode' 0 '*' '*'
same 'has links to the project' "$work/outside" "$(readlink "$work/dev/outside")"

settings 'vm_args: "rel/<%= release_version %>/vm.args"' 'overlay_vars: {port: 99}'
printf -- '-name tally@127.0.0.1\n-env PORT <%%= port %%>\n' >"$project/rel/1.0.0/vm.args"
mkdir "$project/rel/overlays"
echo usual >"$project/rel/overlays/usual"
unpacked 'without the setting' "$project"
same 'rel/overlays is laid over the release' usual "$(cat "$server/usual")"
same 'the path of vm_args has variables, and so has the file' '-env PORT 99' \
    "$(grep PORT "$server/releases/1.0.0/vm.args")"
settings 'overlays: []'
unpacked 'with an empty one' "$project"
check_not 'it is not' [ -e "$server/usual" ]

# --- bad ones ------------------------------------------------------------------------

before=$(tree "$release")
refused() {
    what=$1
    settings "overlays: [$2]"
    in_folder "$project" "$relc" build
    expect "$what" 1 '' "*error: $3*"
    same "$what: the last good release stays" "$before" "$(tree "$release")"
}
here='rel/config.yaml:8:16:'
refused 'a path upwards' '{copy: [rel/motd, ../x]}' "$here the overlay '../x' would leave the release"
refused 'a path upwards on the way' '{mkdir: a/../../x}' "$here the overlay 'a/../../x' would leave the release"
refused 'an absolute path' '{template: [rel/hello, /etc/passwd]}' "$here the overlay '/etc/passwd' would leave the release"
refused 'a path upwards by a variable' '{mkdir: "<%= output_dir %>"}' "$here the overlay '$release' would leave the release"
refused 'the root as a folder' '{mkdir: .}' "$here the overlay '.' would leave the release"
refused 'an unknown variable in a path' '{mkdir: "<%= relase_name %>"}' "$here unknown variable 'relase_name'*did you mean 'release_name'?"
printf 'one\n  <%%= greting %%>\n' >"$project/rel/bad"
refused 'an unknown variable in a template' '{template: [rel/bad, x]}' "*/rel/bad:2:3: unknown variable 'greting'"
refused 'a file that is not there' '{copy: [rel/none, x]}' "$here cannot read '*/rel/none': No such file"
refused 'a template that is not there' '{template: [rel/none, x]}' "$here cannot read '*/rel/none': No such file"
refused 'a link to nothing' '{link: [nothing, x]}' "$here cannot read '*/nothing': No such file"
refused 'a folder in the place of a file' '{copy: [rel/files, bin/tally]}' "$here *bin/tally*"
refused 'a file in the place of a folder' '{template: [rel/files/tool, lib]}' "$here 'lib' is in the release twice*"
refused 'a file below a file' '{copy: [rel/hello, bin/tally/x]}' "$here cannot put 'bin/tally/x'*not a folder"
mkfifo "$project/rel/pipe"
refused 'a pipe' '{copy: [rel/pipe, x]}' "$here cannot put '*/rel/pipe' into the release"

# --- templates of `mix release` ------------------------------------------------------

settings 'overlay_vars: {colour: red}'
printf 'export COLOUR=<%%= colour %%> RELEASE_NODE=<%%= @release.name %%>@127.0.0.1\n' >"$project/rel/env.sh.eex"
printf -- '-hidden\n' >"$project/rel/remote.vm.args"
built 'rel/env.sh.eex and rel/remote.vm.args' "$project"
same 'are in the release' 'export COLOUR=red RELEASE_NODE=tally@127.0.0.1' "$(cat "$release/releases/1.0.0/env.sh")"
check 'both' [ -s "$release/releases/1.0.0/remote.vm.args" ]
run "$release/bin/tally" version
expect 'and the release works with them' 0 'tally 1.0.0' ''
settings 'env_sh: rel/none.sh'
refused_path="rel/config.yaml:8:13: cannot *'*/rel/none.sh'*"
in_folder "$project" "$relc" build
expect 'an env_sh that is not there' 1 '' "*error: $refused_path*"
