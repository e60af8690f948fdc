#!/bin/sh
# Which applications and modules are in a release, from where, with which start types and
# with what of their files: exclude_*, overrides, code_paths, include_src, cascade.

. "$(dirname "$0")/lib.sh"

need erl erlc
project=$work/project
release=$project/build/rel/top
mkdir -p "$project/rel"

# app FOLDER NAME VERSION NEEDS [MODULE...]: a compiled application.
app() {
    folder=$1
    name=$2
    vsn=$3
    needs=$4
    shift 4
    mkdir -p "$folder/ebin" "$folder/src" "$folder/priv"
    modules=$(printf ',%s' "$@")
    echo "{application, $name, [{description, \"$name\"}, {vsn, \"$vsn\"}, {modules, [${modules#,}]}, {registered, []}, {applications, [kernel, stdlib$needs]}]}." \
        >"$folder/ebin/$name.app"
    for module; do
        printf -- '-module(%s).\n-export([from/0]).\nfrom() -> "%s".\n' "$module" "$folder" >"$folder/src/$module.erl"
        erlc -o "$folder/ebin" "$folder/src/$module.erl"
    done
}
app "$work/libs/top" top 1.0.0 ', left, right' top top_extra top_more
app "$work/libs/left" left 1.0.0 ', deep' left
app "$work/libs/right" right 1.0.0 ', deep, runtime_tools' right
app "$work/libs/deep" deep 1.0.0 '' deep
app "$work/other/right" right 2.0.0 '' right

settings() {
    printf 'releases:\n  top:\n    lib_dirs: [%s]\n    include_erts: false\n' "$work/libs" >"$project/rel/config.yaml"
    printf '    %s\n' "$@" >>"$project/rel/config.yaml"
}

# apps: NAME-VERSION of what lies in lib/, in one line.
apps() {
    find "$release/lib" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | tr '\n' ' '
}

# asked EXPRESSION: on a VM that boots the release.
asked() {
    run erl -boot "$release/releases/1.0.0/start" -boot_var RELEASE_LIB "$release/lib" -noshell \
        -eval "io:format(\"~w\", [$1]), halt()."
}

fresh() {
    rm -rf "$release"
    built "$1" "$project"
}

# --- what is left out ----------------------------------------------------------------

settings
fresh 'with all that it needs'
same 'the applications' 'deep-1.0.0 left-1.0.0 right-1.0.0 top-1.0.0 ' "$(apps)"
mkdir "$work/named otherwise"
cp -R "$work/libs/." "$work/named otherwise/"
mv "$work/named otherwise/top" "$work/named otherwise/p1_top"
mv "$work/named otherwise/deep" "$work/named otherwise/p1_deep-9"
sed "s,$work/libs,'$work/named otherwise'," "$project/rel/config.yaml" >"$work/config"
mv "$work/config" "$project/rel/config.yaml"
fresh 'folders of other names than their applications'
same 'the applications all the same' 'deep-1.0.0 left-1.0.0 right-1.0.0 top-1.0.0 ' "$(apps)"
settings 'exclude_applications: [right, observer]'
fresh 'without an application that is needed'
same 'nor what only that one needs' 'deep-1.0.0 left-1.0.0 top-1.0.0 ' "$(apps)"
asked '[element(2, application:get_key(top, applications)), lists:keymember(right, 1, application:loaded_applications())]'
expect 'it boots without' 0 '\[\[kernel,stdlib,left],false]' ''
check_not 'and its .app does not name it' grep -q right "$release/lib/top-1.0.0/ebin/top.app"
check 'other .app files stay as they are' cmp "$release/lib/left-1.0.0/ebin/left.app" "$work/libs/left/ebin/left.app"
settings 'exclude_modules: {top: [top_extra], wx: [wx]}'
fresh 'without a module'
check_not 'its file is not there' [ -e "$release/lib/top-1.0.0/ebin/top_extra.beam" ]
asked '[lists:sort(element(2, application:get_key(top, modules))), code:which(top_extra), top_more:module_info(module)]'
expect 'it boots without' 0 '\[\[top,top_more],non_existing,top_more]' ''
same 'the project keeps it' "$work/libs/top/ebin/top_extra.beam" "$(ls "$work/libs/top/ebin/top_extra.beam")"
in_folder "$project" "$relc" build --warnings-as-errors
expect 'that is no reason for a warning' 0 '*' '*'

# --- where from ----------------------------------------------------------------------

settings "overrides: {right: ../other/right}"
fresh 'an application from another folder'
same 'in the version that is there' 'deep-1.0.0 left-1.0.0 right-2.0.0 top-1.0.0 ' "$(apps)"
asked 'right:from()'
expect 'its code is from there' 0 "$(printf '%s' "$work/other/right" | od -An -v -tu1 | tr -s ' \n' ',,' | sed 's/^,/[[]/; s/,$/]/')" ''
settings "applications: [extra]" "code_paths: ['$work/third/extra/ebin']"
app "$work/third/extra" extra 1.0.0 '' extra
fresh 'an application by its code path'
check 'it is there' [ -e "$release/lib/extra-1.0.0/ebin/extra.beam" ]

mkdir "$work/both"
cp -R "$work/libs/." "$work/other/." "$work/both"
app "$work/both/right-2" right 2.0.0 '' right
app "$work/both/right-1" right 1.5.0 '' right
rm -r "$work/both/right"
settings 'applications: [{right: {version: "1.5.0"}}]'
sed -i "s,lib_dirs: .*,lib_dirs: ['$work/both']," "$project/rel/config.yaml"
fresh 'an application in a version that is asked for'
same 'not in the highest' 'deep-1.0.0 left-1.0.0 right-1.5.0 top-1.0.0 ' "$(apps)"

# --- the command line ----------------------------------------------------------------

settings 'version: current' 'erl_opts: "+A 1"'
rm -rf "$release"
built 'a version, and options of the machine' "$project" --vsn 9.9.9 --erl '+sbwt none' --run-erl-env=A=b
check 'the version is as asked for' [ -d "$release/releases/9.9.9" ]
check 'and so are the options' grep -q "REL_ERL_OPTS='+sbwt none'" "$release/releases/9.9.9/top.sh"
check 'of run_erl too' grep -q "REL_RUN_ERL_ENV='A=b'" "$release/releases/9.9.9/top.sh"
in_folder "$project" "$relc" build --vsn 1/2
expect 'a version that cannot be one' 2 '' "*option '--vsn': '1/2' cannot be a version*"

# --- start types ---------------------------------------------------------------------

types() {
    erl -noshell -eval '{ok, [{release, _, _, Apps}]} = file:consult("'"$release"'/releases/1.0.0/top.rel"),
        [io:format("~w ", [{element(1, A), element(3, A)}]) || A <- Apps, tuple_size(A) > 2], halt().'
}
settings 'exclude_applications: [runtime_tools]' 'applications: [{top: {type: load, cascade: true}}]'
fresh 'types that cascade'
same 'what it alone needs has its type' '{deep,load} {left,load} {right,load} {top,load} ' "$(types)"
settings 'applications: [{top: {type: load, cascade: true}}, right]'
fresh 'types that cascade to some'
same 'but not what others need as well' '{left,load} {top,load} ' "$(types)"
settings 'applications: [{top: {type: load, cascade: true}}, {right: {type: temporary, cascade: true}}]'
fresh 'types that cascade from two'
same 'where the stronger wins' '{deep,temporary} {left,load} {runtime_tools,temporary} {right,temporary} {top,load} ' "$(types)"
settings 'applications: [{left: load}]'
in_folder "$project" "$relc" build
expect 'one that waits for what never starts' 0 '*' "*warning: application 'top' needs 'left', which has start type load: it will never be started*"
settings 'applications: [{top: load}]'
in_folder "$project" "$relc" build
expect 'types do not cascade by themselves' 0 '*' '*'
same 'so that the others are permanent' '{top,load} ' "$(types)"

# --- sources -------------------------------------------------------------------------

settings 'include_src: true'
fresh 'with sources'
check 'they are there' cmp "$release/lib/top-1.0.0/src/top.erl" "$work/libs/top/src/top.erl"
settings
fresh 'without'
check_not 'they are not' [ -e "$release/lib/top-1.0.0/src" ]
mix=$work/mix
mkdir -p "$mix/rel" "$mix/lib" "$mix/deps/dep/lib" "$mix/_build/prod/lib/mine/ebin" "$mix/_build/prod/lib/dep/ebin"
printf 'defmodule M do\n  use Mix.Project\n  def project, do: [app: :mine, version: "0.1.0"]\nend\n' >"$mix/mix.exs"
echo '# mine' >"$mix/lib/mine.ex"
echo '# dep' >"$mix/deps/dep/lib/dep.ex"
for pair in 'mine ,dep' 'dep '; do
    echo "{application, ${pair% *}, [{description, \"\"}, {vsn, \"0.1.0\"}, {modules, []}, {registered, []}, {applications, [kernel, stdlib, elixir${pair#* }]}]}." \
        >"$mix/_build/prod/lib/${pair% *}/ebin/${pair% *}.app"
done
printf 'environments: {prod: {include_src: true}}\nreleases: {mine: {include_erts: false}}\n' >"$mix/rel/config.yaml"
built 'a Mix project with sources' "$mix"
check "the project's from its folder" cmp "$mix/_build/prod/rel/mine/lib/mine-0.1.0/lib/mine.ex" "$mix/lib/mine.ex"
check 'those of dependencies from theirs' cmp "$mix/_build/prod/rel/mine/lib/dep-0.1.0/lib/dep.ex" "$mix/deps/dep/lib/dep.ex"

# --- what is wrong -------------------------------------------------------------------

project=$work/project
settings
fresh 'a good release'
before=$(tree "$release")
refused() {
    what=$1
    pattern=$2
    shift 2
    in_folder "$project" "$relc" build "$@"
    expect "$what" 1 '' "*error: $pattern*"
    same "$what: the last good release stays" "$before" "$(tree "$release")"
}
settings 'overrides: {right: ../other}'
refused 'an override that is no application' "rel/config.yaml:5:17: '$work/other' is not the application 'right': it has no ebin/right.app*must be compiled"
settings 'overrides: {right: ../libs/left}'
refused 'an override that is another application' "rel/config.yaml:5:17: '$work/libs/left' is not the application 'right'"
settings 'overrides: {right: ../other/right}' 'applications: [{right: {version: "1.0.0"}}]'
refused 'an override of another version than asked for' "rel/config.yaml:6:21: version 1.0.0 of application 'right' was not found"
settings 'exclude_applications: [stdlib]'
refused 'no stdlib' "rel/config.yaml:5:28: no release can do without 'stdlib'"
settings 'exclude_modules: {top: [top_extr]}'
refused 'a module that is not there' "rel/config.yaml:5:29: application 'top' has no module 'top_extr'"
settings 'code_paths: [../nowhere]'
refused 'a code path that is not there' "rel/config.yaml:5:18: cannot *'$work/nowhere'*"
settings 'include_system_libs: true'
refused 'include_system_libs that says otherwise' "*--warnings-as-errors*" --warnings-as-errors
printf 'releases:\n  top: {lib_dirs: [%s]}\n  top: {version: "1"}\n' "$work/libs" >"$project/rel/config.yaml"
refused 'two releases of one name' "rel/config.yaml:3:3: *'top'*"
printf 'environments:\n  prod: {applications: [top]}\nreleases:\n  top: {lib_dirs: [%s]}\n' "$work/libs" >"$project/rel/config.yaml"
refused 'an environment that says what only a release may' "rel/config.yaml:2:10: setting 'applications' stands in a release only, not in an environment"
