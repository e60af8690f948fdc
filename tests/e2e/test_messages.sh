#!/bin/sh
# What `relc build` says, where it says it, and how it ends.

. "$(dirname "$0")/lib.sh"

need mix script jq
name=sequence
project=$work/project

sequence_project 0.1.0 "$project"
initialised "$project"

relc_in() {
    in_folder "$project" "$relc" "$@"
}

# Exactly: standard output and standard error, line by line.
says() {
    same "$1: status" 0 "$status"
    same "$1: standard output" "$2" "$out"
    same "$1: standard error" "$3" "$err"
}

read -r erts _ <<END
$(erl -noinput -boot start_clean -eval 'io:format("~s~n", [erlang:system_info(version)]), halt().')
END
erlang_root=$(dirname "$(dirname "$(readlink -f "$(command -v erl)")")")
rel=_build/prod/rel/sequence
steps="==> Assembling release..
==> Building release sequence:0.1.0 using environment prod
==> Including ERTS $erts from $erlang_root/erts-$erts"
packaging="$steps
==> Packaging release.."
built_line='Release successfully built!'
tarball_line="Tarball: $rel/releases/0.1.0/sequence.tar.gz"

# how_to_start FOLDER
how_to_start() {
    cat <<END
To start the release you have built, use one of the following commands:
    # start a shell, like 'iex -S mix'
    > $1/bin/sequence console
    # start in the foreground, like 'mix run --no-halt'
    > $1/bin/sequence foreground
    # start in the background, must be stopped with the 'stop' command
    > $1/bin/sequence start
    # connects a local shell to the running node
    > $1/bin/sequence remote_console
    # connects directly to the running node's console
    > $1/bin/sequence attach
    # a complete listing of commands and their use
    > $1/bin/sequence help
END
}

# --- the words -----------------------------------------------------------------------

relc_in build --env=prod
says 'build' "$built_line
$tarball_line
$(how_to_start "$rel")" "$packaging"
check 'the commands that it names are there' [ -x "$project/$rel/bin/sequence" ]

relc_in build --profile=sequence:prod
says '--profile' "$built_line
$tarball_line
$(how_to_start "$rel")" "$packaging"

relc_in build --env prod --name sequence --no-tar
says '--no-tar' "$built_line
$(how_to_start "$rel")" "$steps"

rm -rf "${project:?}/$rel"
relc_in build --env=prod --tar-only
says '--tar-only' "$built_line
$tarball_line" "$packaging"
same '--tar-only makes the tarball alone' "./releases/0.1.0/sequence.tar.gz" \
    "$(cd "$project/$rel" && find . -type f)"

relc_in build --env=prod "--output=$work/elsewhere"
says '--output' "$built_line
Tarball: $work/elsewhere/releases/0.1.0/sequence.tar.gz
$(how_to_start "$work/elsewhere")" "$packaging"
check '--output has the release' [ -x "$work/elsewhere/bin/sequence" ]

relc_in build --env=prod --output below/here --no-tar
says '--output in the project' "$built_line
$(how_to_start below/here)" "$steps"

relc_in build --env=prod --quiet
says '--quiet' '' ''
relc_in build --env=prod --silent
says '--silent' '' ''
relc_in build --env=prod --verbose
expect '--verbose names the applications' 0 "$built_line*" \
    "==> Assembling release..*application kernel-*application sequence-0.1.0*==> Packaging release.."

in_folder "$project" env MIX_ENV=dev mix compile
relc_in build --env=dev
says 'dev_mode' "$built_line
$(how_to_start _build/dev/rel/sequence)" "==> Assembling release..
==> Building release sequence:0.1.0 using environment dev
==> You have set dev_mode to true, skipping archival phase"

# MIX_ENV chooses the environment and the compiled applications.
in_folder "$project" env MIX_ENV=prod "$relc" build --no-tar
expect 'MIX_ENV chooses the environment' 0 "$built_line*" '*using environment prod*'

# --- warnings ------------------------------------------------------------------------

cp "$project/_build/prod/lib/sequence/ebin/Elixir.Sequence.Stash.beam" "$work/"
cp "$project/_build/prod/lib/sequence/ebin/sequence.app" "$work/"
sed "s/,'Elixir.Sequence.Stash'//; s/'Elixir.Sequence.Stash',//" "$work/sequence.app" \
    >"$project/_build/prod/lib/sequence/ebin/sequence.app"
relc_in build --env=prod --no-tar
expect 'a warning' 0 "$built_line*" '*
relc: warning: *Elixir.Sequence.Stash*'
relc_in build --env=prod --no-tar --quiet
expect '--quiet says warnings' 0 '' 'relc: warning: *Elixir.Sequence.Stash*'
relc_in build --env=prod --no-tar --silent
says '--silent says none' '' ''
relc_in build --env=prod --no-tar "--output=$work/strict" --warnings-as-errors
expect '--warnings-as-errors' 1 '' '*relc: warning: *
relc: error: 1 warning, which --warnings-as-errors makes an error'
check_not '--warnings-as-errors writes nothing' [ -e "$work/strict" ]
relc_in build --env=prod --no-tar "--output=$work/strict" --warnings-as-errors --silent
expect '--warnings-as-errors --silent says why' 1 '' 'relc: error: *warning*'
cp "$work/sequence.app" "$project/_build/prod/lib/sequence/ebin/sequence.app"
relc_in build --env=prod --warnings-as-errors --quiet
says '--warnings-as-errors without warnings' '' ''

# --- failures: status 1 --------------------------------------------------------------

# error WHAT PATTERN ARGUMENT...
error() {
    what=$1
    pattern=$2
    shift 2
    relc_in "$@"
    expect "$what" 1 '' "*relc: error: $pattern"
    relc_in "$@" --silent
    expect "$what, --silent" 1 '' "relc: error: $pattern"
}
error 'an environment that is not there' "*'prdo'*prod*" build --env=prdo
error 'a release that is not there' "*'sequense'*sequence*" build --env=prod --name=sequense
mv "$project/_build/prod/lib" "$work/lib"
error 'a project that is not compiled' '*MIX_ENV=prod mix compile*' build --env=prod
mv "$work/lib" "$project/_build/prod/lib"
cp "$project/rel/config.yaml" "$work/config.yaml"
printf 'releases: [\n' >"$project/rel/config.yaml"
error 'broken YAML' '*' build --env=prod
line=$(grep -n 'include_erts: true' "$work/config.yaml" | cut -d : -f 1)
sed 's/include_erts: true/include_ert: true/' "$work/config.yaml" >"$project/rel/config.yaml"
error 'an unknown setting' "*'include_ert'*include_erts*" build --env=prod
matches "$err" "relc: error: rel/config.yaml:$line:5: *"
same 'it says where' 0 "$?"
sed 's/include_erts: true/include_erts: [1]/' "$work/config.yaml" >"$project/rel/config.yaml"
error 'a wrong type' "rel/config.yaml:$line:19: *include_erts*" build --env=prod
for version in '../x' 'a/b' '..' 'a b' '""'; do
    sed "s,version: current,version: \"$version\"," "$work/config.yaml" |
        sed 's,""""",""",; s,"""","",' >"$project/rel/config.yaml"
    error "the version '$version'" '*version*' build --env=prod
done
rm "$project/rel/config.yaml"
error 'no rel/config.yaml' "there is no 'rel/config.yaml'*relc init*" build --env=prod
cp "$work/config.yaml" "$project/rel/config.yaml"
if [ -c /dev/full ]; then
    # shellcheck disable=SC2016
    in_folder "$project" sh -c '"$0" build --env=prod --no-tar >/dev/full' "$relc"
    expect 'a result that nobody gets' 1 '' '*relc: error: cannot write to standard output: No space left on device'
fi

# --- wrong usage: status 2 -----------------------------------------------------------

# usage WHAT ERROR-PATTERN ARGUMENT...
usage() {
    what=$1
    pattern=$2
    shift 2
    relc_in "$@"
    expect "$what" 2 '' "relc: error: $pattern"
}
usage 'no command' 'no command*'
usage 'an unknown command' "unknown command 'biuld'*did you mean 'build'*" biuld
usage 'an unknown option' "*'--no-tra'*did you mean '--no-tar'*" build --no-tra
usage 'a short option' "*'-v'*" build -v
usage 'an argument too many' "*'prod'*" build prod
usage 'a missing value' "*'--env'*" build --env
usage 'an empty value' "*'--env'*" build --env=
usage 'an option twice' "*'--env'*twice*" build --env=prod --env=dev
usage 'a value too many' "*'--quiet'*" build --quiet=yes
usage 'two that exclude each other' "*'--no-tar'*'--tar-only'*" build --no-tar --tar-only
usage 'two degrees of talk' "*'--verbose'*'--quiet'*" build --verbose --quiet
usage '--profile with --env' "*'--profile'*" build --profile=sequence:prod --env=prod
usage 'a bad profile' "*'sequence'*NAME:ENV*" build --profile=sequence

# --- help ----------------------------------------------------------------------------

for words in 'help' '--help' '-h' 'help build' 'build --help' '--version' 'help init'; do
    # shellcheck disable=SC2086
    relc_in $words
    expect "relc $words" 0 '?*' ''
done
relc_in --version
expect 'relc --version' 0 'relc [0-9]*.[0-9]*.[0-9]*' ''

# --- for programs --------------------------------------------------------------------

relc_in build --env=prod --json --quiet
expect 'build --json' 0 '{*}' ''
same 'it tells what was made and where' \
    "sequence 0.1.0 $project/$rel $project/$rel/releases/0.1.0/sequence.tar.gz null null" \
    "$(printf '%s' "$out" | jq -r '"\(.release) \(.version) \(.folder) \(.tarball) \(.delta) \(.executable)"')"

# --- init ----------------------------------------------------------------------------

relc_in init
expect 'a second init is refused' 1 '' "*relc: error: 'rel/config.yaml' is there already, nothing was written*--force*"
same 'it changes nothing' "$(cat "$work/config.yaml")" "$(cat "$project/rel/config.yaml")"
relc_in init --force
expect 'init --force' 0 '*relc build*' '*Wrote rel/config.yaml*'
rename_node "$project/rel/vm.args"
mkdir "$work/empty"
in_folder "$work/empty" "$relc" init
expect 'init in a folder that is no project' 0 '*relc build*' '*Found no project*Wrote rel/config.yaml*'

# --- colour --------------------------------------------------------------------------

escape=$(printf '\033')
on_terminal() {
    script -q -e -c "cd '$project' && $1 '$relc' build --env=prod --no-tar" "$work/typescript" \
        </dev/null >/dev/null 2>&1
    grep -q "$escape\\[" "$work/typescript"
}
check_not 'no colour without a terminal' matches "$(relc_in build --env=prod; cat "$work/captured/out" "$work/captured/err")" "*$escape*"
check 'colour on a terminal' on_terminal ''
check_not 'no colour with NO_COLOR' on_terminal 'NO_COLOR=1'
check_not 'no colour with TERM=dumb' on_terminal 'TERM=dumb'
