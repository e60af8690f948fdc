#!/bin/sh
# Wrong input: the message says where and what to do, the status is right, and the last
# good release stays as it was.

. "$(dirname "$0")/lib.sh"

need erlc
cp -R "$top/examples/erlang" "$work/tally"
cd "$work/tally" && sh build.sh >/dev/null || exit 1
cd "$work" || exit 1
project=$work/tally
good=$project/rel/config.yaml
app=$project/ebin/tally.app
cp "$good" "$work/good.yaml"
cp "$app" "$work/good.app"
built 'the untouched project builds' "$project"
release=$project/build/rel/tally
before=$(tree "$release")

# config TEXT: of rel/config.yaml.
config() {
    printf '%s\n' "$1" >"$good"
}

# settings LINE...: a configuration with these settings of the release.
settings() {
    printf 'releases:\n  tally:\n    lib_dirs: [.]\n    applications: [tally]\n' >"$good"
    printf '    %s\n' "$@" >>"$good"
}

# refused WHAT ERR-PATTERN OPTION...: the build fails so, and leaves all as it was.
refused() {
    what=$1
    pattern=$2
    shift 2
    in_folder "$project" "$relc" build "$@"
    expect "$what" 1 '' "*$pattern*"
    [ "$before" = "$(tree "$release")" ] || not_ok "$what: the last good release stays"
    no_leftovers "$what"
    cp "$work/good.yaml" "$good"
    cp "$work/good.app" "$app"
}

no_leftovers() {
    left=$(find "$project" "$work/home" -name '*.relc-*')
    [ -z "$left" ] || not_ok "$1: nothing half-written stays" "$left"
}

# --- rel/config.yaml -----------------------------------------------------------------

config 'releases: {tally: [}'
refused 'broken YAML' 'rel/config.yaml:1:20: broken YAML'
config "releases:$newline  tally:$newline	applications: [tally]"
refused 'a tab in YAML' 'rel/config.yaml:3:1: broken YAML*never tabs'
settings 'includ_erts: true'
refused 'an unknown setting' "rel/config.yaml:5:5: unknown setting 'includ_erts'${newline}  did you mean 'include_erts'?"
settings 'include_erts: [a]'
refused 'a wrong type' "rel/config.yaml:5:19: setting 'include_erts' must be true, false or a path, not a list"
settings 'dev_mode: perhaps'
refused 'a flag that is none' "rel/config.yaml:5:15: setting 'dev_mode' must be true or false"
settings 'vm_args: a' 'vm_args: b'
refused 'a setting twice' 'rel/config.yaml:6:5: *vm_args'
refused 'an unknown environment' "unknown environment 'prd'${newline}  did you mean 'prod'?" --env=prd
refused 'an unknown release' "unknown release 'tali'${newline}  did you mean 'tally'?" --name=tali
config 'releases: {start_clean: {applications: [tally]}}'
refused 'a release with the name of a boot file' "'start_clean' cannot be the name of a release"
config "releases: {a/b: {applications: [tally]}}"
refused 'a release with a slash in its name' "rel/config.yaml:1:12: *'a/b' cannot be the name of a release"
settings 'version: 1/2'
refused 'a version with a slash' "rel/config.yaml:5:14: *'1/2' cannot be a version"
# shellcheck disable=SC2016 # it must not expand
settings 'version: "$(reboot)"'
refused 'a version of shell text' "rel/config.yaml:5:14: *cannot be a version"
settings 'cookie: "a b"'
refused 'a cookie with a blank' "rel/config.yaml:5:13: *the cookie's character 2 (0x20) is not allowed"
config "a: &a [x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
releases: [*e,*e,*e,*e,*e,*e,*e,*e,*e]"
refused 'a YAML alias bomb' 'rel/config.yaml:*more than 100000 values'
settings 'vm_args: rel/none'
refused 'vm_args that are not there' "rel/config.yaml:5:14: cannot open '*rel/none': No such file"
settings 'pre_start_hooks: rel/none'
refused 'hooks that are not there' "rel/config.yaml:5:22: *rel/none'*No such file"
settings 'commands: {start: rel/config.yaml}'
refused "a command of relc's own" "command 'start' is one of relc's own"
in_folder "$project/src" "$relc" build
expect 'a subfolder of the project' 1 '' "*there is no 'rel/config.yaml'*run relc in '$project', which has one*"
rm "$good"
refused 'no configuration at all' "there is no 'rel/config.yaml' in *${newline}  run \`relc init\`"

# A cookie may hold what a shell would take for its own.
settings "cookie: 'a\"b\\c\$d'"
in_folder "$project" "$relc" build --output "$work/quoted"
expect 'a cookie with quotes is taken' 0 '*successfully*' '*'
same 'and written as it is' 'a"b\c$d' "$(cat "$work/quoted/releases/COOKIE")"
same 'for its owner alone' 600 "$(stat -c %a "$work/quoted/releases/COOKIE")"
cp "$work/good.yaml" "$good"

# --- applications --------------------------------------------------------------------

settings 'applications: [tally, tallly]'
sed -i '/applications: \[tally\]$/d' "$good"
refused 'an application that is not there' "rel/config.yaml:4:27: application 'tallly' was not found*did you mean 'tally'?"
config 'releases: {tally: {lib_dirs: [.], applications: [{tally: {version: "9.9"}}]}}'
refused 'a pinned version that is not there' "version 9.9 of application 'tally' was not found; there is "
config 'releases: {tally: {lib_dirs: [.], applications: [{tally: lod}]}}'
refused 'an unknown start type' "unknown start type 'lod'*did you mean 'load'?"
printf '{application, tally, [{vsn, "1"' >"$app"
refused 'a corrupt .app' "tally.app:1:*expected"
sed 's/{vsn, *"[^"]*"}/{vsn, 1}/' "$work/good.app" >"$app"
refused 'a .app with a wrong key' "tally.app: key 'vsn' must be a string, not 1"
for version in '../../x' '1/2' "1'2" '1 2' '' '1\\000'; do
    sed "s@{vsn, *\"[^\"]*\"}@{vsn, \"$version\"}@" "$work/good.app" >"$app"
    refused "a .app with the version '$version'" "the application's version '*' cannot be used"
done
{
    head -c 10000 /dev/zero | tr '\0' '['
    echo .
} >"$app"
refused '10,000 nested brackets' "tally.app:1:*nested more than 4096 deep"
sed 's/{modules, *\[/&gone,/' "$work/good.app" >"$app"
refused 'a module without a file' "application 'tally' lists module 'gone', but '*/ebin' has no 'gone.beam'"
sed 's/{applications, *\[/&nowhere,/' "$work/good.app" >"$app"
refused 'a dependency that is not there' "application 'tally' needs 'nowhere': application 'nowhere' was not found"
cp "$project/ebin/tally.beam" "$work/good.beam" 2>/dev/null ||
    cp "$(find "$project/ebin" -name '*.beam' | head -n 1)" "$work/good.beam"
beam=$(find "$project/ebin" -name '*.beam' | head -n 1)
cp "$beam" "$work/good.beam"
head -c 300 "$work/good.beam" >"$beam"
refused 'a truncated .beam' "$beam' is cut off: it has 300 bytes"
head -c -7 "$work/good.beam" >"$beam"
refused 'a .beam that lacks its end' "$beam' is cut off"
echo 'no module' >"$beam"
refused 'a .beam that is none' "$beam' is not a BEAM file"
cp "$work/good.beam" "$beam"
cp "$beam" "$project/ebin/unlisted.beam"
in_folder "$project" "$relc" build --output "$work/unlisted"
expect 'a module that the .app does not list is a warning' 0 '*' "*warning: '*unlisted.beam' is not in the modules of*"
refused 'which can be an error' '1 warning, which --warnings-as-errors makes an error' --warnings-as-errors
rm "$project/ebin/unlisted.beam"

# Two applications in a circle.
mkdir -p "$work/ring/a/ebin" "$work/ring/b/ebin"
for pair in 'a b' 'b a'; do
    echo "{application, ${pair% *}, [{description, \"\"}, {vsn, \"1\"}, {modules, []}, {registered, []}, {applications, [${pair#* }]}]}." \
        >"$work/ring/${pair% *}/ebin/${pair% *}.app"
done
config "releases: {tally: {lib_dirs: [., '$work/ring'], applications: [tally, a]}}"
refused 'a circle is shown' 'applications need each other in a circle: b -> a -> b'

# --- Erlang --------------------------------------------------------------------------

settings 'include_erts: /usr'
refused 'an ERTS path that is none' "rel/config.yaml:5:19: '/usr' is no Erlang installation: it has no folder erts-VSN"
mkdir -p "$work/erts/bin" "$work/erts/lib" "$work/erts/erts-1'2"
settings "include_erts: '$work/erts'"
refused 'an ERTS with a quote in its version' 'it has no folder erts-VSN'
mv "$work/erts/erts-1'2" "$work/erts/erts-1"
erl -noshell -eval 'file:write_file("'"$work"'/erts/bin/start_clean.boot", term_to_binary({script, {"a", "b"}, [{preLoaded, foo}, {primLoad, foo}, {kernelProcess, application_controller, x}]})), halt().'
settings "include_erts: '$work/erts'"
refused 'a boot file that is none' 'preLoaded and primLoad must be module names'
settings 'include_erts: /nowhere'
refused 'an ERTS path that does not exist' "'/nowhere' is no Erlang installation: there is no such folder"
mkdir "$work/empty"
settings
in_folder "$project" env PATH="$work/empty" "$relc" build
expect 'no Erlang at all' 1 '' '*no Erlang installation was found on PATH*set erlang_root*'
cp "$work/good.yaml" "$good"

# --- projects ------------------------------------------------------------------------

mkdir -p "$work/mixed/lib"
printf 'defmodule M.MixProject do\n  use Mix.Project\n  def project, do: [app: :mixed, version: "0.1.0"]\nend\n' >"$work/mixed/mix.exs"
in_folder "$work/mixed" "$relc" init
expect 'relc init needs no compiled project' 0 '*' '*Found Mix*'
in_folder "$work/mixed" "$relc" build --env=prod
expect 'a project that is not compiled' 1 '' '*MIX_ENV=prod mix compile*'
mkdir -p "$work/dep/gone"
printf 'releases: {x: {version: "1", lib_dirs: [%s], applications: [gone]}}\n' "$work/dep" >"$good"
refused 'a dependency that is not compiled' "application 'gone' is not compiled: '$work/dep/gone' has no ebin/gone.app"
mkdir -p "$work/mixed/_build/prod/lib/mixed/ebin" "$work/mixed/config"
echo '{application, mixed, [{description, ""}, {vsn, "0.1.0"}, {modules, []}, {registered, []}, {applications, [elixir]}]}.' \
    >"$work/mixed/_build/prod/lib/mixed/ebin/mixed.app"
touch "$work/mixed/config/runtime.exs"
printf 'releases:\n  mixed:\n    included_configs: [/x]\n' >"$work/mixed/rel/config.yaml"
in_folder "$work/mixed" "$relc" build
expect 'runtime.exs with included_configs' 1 '' '*rel/config.yaml:3:24: included_configs does not go together*'
mkdir "$work/no_elixir"
ln -s "$(command -v erl)" "$work/no_elixir/erl"
printf 'releases:\n  mixed:\n    version: "1"\n' >"$work/mixed/rel/config.yaml"
in_folder "$work/mixed" env PATH="$work/no_elixir" "$relc" build
expect 'a Mix project without Elixir' 1 '' '*no Elixir installation was found on PATH*set elixir_root*'
in_folder "$work/mixed" "$relc" init
expect 'relc init overwrites nothing' 1 '' "*'rel/config.yaml' is there already*--force*"
in_folder "$work/mixed" "$relc" init --force
expect 'but with --force' 0 '*' '*'

# --- output --------------------------------------------------------------------------

touch "$work/file"
refused 'an output that is a file' "'$work/file'*" --output "$work/file"
refused 'an output below a file' "'$work/file'*Not a directory" --output "$work/file/x"
mkdir "$work/locked"
chmod 555 "$work/locked"
chmod -R a+rX "$work"
in_folder "$project" nobody "$relc" build --output "$work/locked/out"
expect 'an output that cannot be written' 1 '' "*$work/locked*Permission denied*"
# The limit on the size of a file stands for the full disk.
for option in --no-tar --tar-only; do
    in_folder "$project" sh -c "ulimit -f 200; exec '$relc' build $option"
    expect "no room, $option" 1 '' "*File too large*"
    same "no room, $option: the last good release stays" "$before" "$(tree "$release")"
    no_leftovers "no room, $option"
done
in_folder "$project" sh -c "ulimit -f 200; exec '$relc' build --tar-only --output '$work/fresh/out'"
expect 'no room, --tar-only into a new folder' 1 '' '*File too large*'
check_not 'no room: no empty folder stays' [ -e "$work/fresh" ]
if [ "$(id -u)" -eq 0 ] && mkdir "$work/small" && mount -t tmpfs -o size=4m none "$work/small" 2>/dev/null; then
    in_folder "$project" "$relc" build --output "$work/small/out"
    expect 'a full disk' 1 '' '*No space left on device*'
    same 'a full disk: nothing stays' '' "$(ls -A "$work/small")"
    umount "$work/small"
else
    skip 'a full disk' 'a file system cannot be mounted here'
fi
in_folder "$project" sh -c "'$relc' help >/dev/full"
expect 'standard output that takes nothing' 1 '' '*cannot write to standard output: No space left*'

# --- command line --------------------------------------------------------------------

usage() {
    what=$1
    pattern=$2
    shift 2
    in_folder "$project" "$relc" "$@"
    expect "$what" 2 '' "*error: $pattern*"
}
usage 'no command' 'no command is given'
usage 'an unknown command' "unknown command 'biuld'*did you mean 'build'?" biuld
usage 'an unknown option' "relc build has no option '--evn'*did you mean '--env'?" build --evn=prod
usage 'an option without its value' "option '--env' needs a value" build --env
usage 'a flag with a value' "option '--no-tar' takes no value" build --no-tar=yes
usage 'an option twice' "option '--env' is given twice" build --env=a --env b
usage 'a stray word' "relc build does not take the argument 'prod'" build prod
usage 'options that exclude each other' "'--no-tar' and '--tar-only' exclude each other" build --no-tar --tar-only
usage 'an invalid profile' "invalid profile 'x', must be NAME:ENV" build --profile x
usage 'an unknown shell' 'relc completion needs the name of a shell' completion tcsh
