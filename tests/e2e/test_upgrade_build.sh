#!/bin/sh
# Building hot upgrades: where the version before comes from, whose appup is taken, what is
# in the packages, and what is refused. Relups are compared with those of systools.

. "$(dirname "$0")/lib.sh"

# One of its own: others unpack packages at the same time.
export TMPDIR="$work/tmp"
mkdir "$TMPDIR"

need mix erl escript
name=sequence
project=$work/project
output=$project/_build/prod/rel/sequence

# same_relup WHAT OLD_LIB OLD_REL NEW_LIB NEW_REL RELUP: equal to what systools makes of the
# same .rel files and the appups in the new applications' ebin.
same_relup() {
    cat >"$work/relup.escript" <<'END'
#!/usr/bin/env escript
main([OldLib, OldRel, NewLib, NewRel, Relup]) ->
    Path = filelib:wildcard(NewLib ++ "/*/ebin") ++ filelib:wildcard(OldLib ++ "/*/ebin"),
    Stem = fun(F) -> filename:rootname(F, ".rel") end,
    {ok, Expected, systools_relup, _} =
        systools:make_relup(Stem(NewRel), [Stem(OldRel)], [Stem(OldRel)],
                            [silent, noexec, {path, Path}]),
    {ok, [Made]} = file:consult(Relup),
    case Made of
        Expected -> ok;
        _ -> io:format("expected ~tp~ngot ~tp~n", [Expected, Made]), halt(1)
    end.
END
    what=$1
    shift
    run escript "$work/relup.escript" "$@"
    if [ "$status" -eq 0 ]; then ok "$what"; else not_ok "$what" "$out" "$err"; fi
}

# in_package PACKAGE FILE: the file's content.
in_package() {
    tar -xzOf "$1" "$2"
}

# --- from the output folder ----------------------------------------------------------

sequence_project 0.1.0 "$project"
initialised "$project"
in_folder "$project" "$relc" build --env=prod --upgrade
expect 'an upgrade of nothing is refused' 1 '' \
    "*there is no version before 0.1.0 of release 'sequence'*--upfrom*"
built 'the first version' "$project" --env=prod
mkdir "$work/kept"
cp "$output/releases/0.1.0/sequence.tar.gz" "$work/kept/sequence-0.1.0.tar.gz"
in_folder "$project" "$relc" build --env=prod --upgrade
expect 'a version is no upgrade of itself' 1 '' '*there is no version before 0.1.0*'
in_folder "$project" "$relc" build --env=prod --upfrom=0.1.0
expect 'also when it is asked for' 1 '' '*0.1.0 is the version that is being built*'
in_folder "$project" "$relc" build --env=prod --upfrom="$work/kept/sequence-0.1.0.tar.gz"
expect 'or comes in a package' 1 '' '*holds version 0.1.0, the one that is being built*'

sequence_project 0.2.0 "$project"
in_folder "$project" "$relc" build --env=prod --upgrade --delta
expect 'relc build --upgrade' 0 '*Tarball:*Delta package:*sequence-delta.tar.gz*' \
    '*==> Generated .appup for sequence 0.1.0 -> 0.2.0*==> Relup successfully created*'
cp "$output/releases/0.2.0/relup" "$work/kept/relup"
same_relup 'the relup is what systools makes' "$output/lib" \
    "$output/releases/0.1.0/sequence.rel" "$output/lib" \
    "$output/releases/0.2.0/sequence.rel" "$output/releases/0.2.0/relup"
full=$output/releases/0.2.0/sequence.tar.gz
delta=$output/releases/0.2.0/sequence-delta.tar.gz
check 'the full package has the relup' in_package "$full" releases/0.2.0/relup >/dev/null
check 'it says that it is full' grep -q '{kind,full}' "$output/releases/0.2.0/package.info"
in_package "$delta" releases/0.2.0/package.info >"$work/info"
check 'the delta says what it is, and from where' \
    grep -q '{kind,delta}.*' "$work/info"
check 'and what it needs' grep -q '"lib/kernel-' "$work/info"
check_not 'not what it brings' grep -q '"lib/sequence-' "$work/info"
same 'the delta holds what changed and the version alone' \
    'lib/sequence-0.2.0 lib/sequence_protocols-0.2.0 releases/0.2.0 releases/sequence.rel ' \
    "$(tar -tzf "$delta" | grep -v '/$' | cut -d/ -f1,2 | sort -u | tr '\n' ' ')"
check 'a one-module change makes a small package' \
    [ "$(stat -c %s "$delta")" -lt 110000 ]

# --- from packages, as a CI job has them ---------------------------------------------

cp -R "$project" "$work/clean"
rm -rf "$work/clean/_build/prod/rel"
in_folder "$work/clean" "$relc" build --env=prod --tar-only --upfrom="$work/kept/sequence-0.1.0.tar.gz"
expect 'from a package alone' 0 '*Tarball:*' '*Relup successfully created*'
in_package "$work/clean/_build/prod/rel/sequence/releases/0.2.0/sequence.tar.gz" \
    releases/0.2.0/relup >"$work/relup"
check 'the same relup comes of it' cmp "$work/relup" "$work/kept/relup"
check 'what was unpacked is gone' [ -z "$(find "$TMPDIR" -name 'relc-release-*')" ]
in_folder "$work/clean" "$relc" build --env=prod --upfrom=0.1.0
expect 'an unknown version' 1 '' "*there is no version '0.1.0' of release 'sequence'*"
head -c 300000 "$work/kept/sequence-0.1.0.tar.gz" >"$work/cut.tar.gz"
in_folder "$work/clean" "$relc" build --env=prod --upfrom="$work/cut.tar.gz"
expect 'a package that was cut off' 1 '' '*cut.tar.gz: the package is damaged: *'
tar -czf "$work/other.tar.gz" -C "$work" relup
in_folder "$work/clean" "$relc" build --env=prod --upfrom="$work/other.tar.gz"
expect 'a tarball that is no release' 1 '' "*other.tar.gz' is no release: it has no folder 'lib'*"

# One of mix release, and two versions at once.
mkdir "$work/mix"
sequence_project 0.1.0 "$work/mix"
sed 's/deps: deps()/deps: deps(), releases: [sequence: [steps: [:assemble, :tar]]]/; s/deps: \[\]/deps: [], releases: [sequence: [steps: [:assemble, :tar]]]/' \
    "$work/mix/mix.exs" >"$work/mix.exs"
cp "$work/mix.exs" "$work/mix/mix.exs"
in_folder "$work/mix" env MIX_ENV=prod mix release --quiet --overwrite
mix_package=$work/mix/_build/prod/sequence-0.1.0.tar.gz
[ -f "$mix_package" ] || tar -czf "$mix_package" -C "$work/mix/_build/prod/rel/sequence" .
in_folder "$work/clean" "$relc" build --env=prod --upfrom="$mix_package"
expect 'from a package of mix release' 0 '*Release successfully built*' '*Relup successfully created*'

sequence_project 0.3.0 "$work/clean"
in_folder "$work/clean" "$relc" build --env=prod --upfrom=0.2.0 \
    --upfrom="$work/kept/sequence-0.1.0.tar.gz" --delta
expect 'from two versions' 0 '*' \
    '*Generated .appup for sequence 0.2.0 -> 0.3.0*Generated .appup for sequence 0.1.0 -> 0.3.0*'
relup=$work/clean/_build/prod/rel/sequence/releases/0.3.0/relup
ways() {
    erl -noshell -eval '{ok, [{V, U, D}]} = file:consult("'"$relup"'"),
        io:format("~s ~p ~p", [V, lists:sort([X || {X, _, _} <- U]), lists:sort([X || {X, _, _} <- D])]), halt().'
}
same 'ways up and down for both' '0.3.0 ["0.1.0","0.2.0"] ["0.1.0","0.2.0"]' "$(ways)"
in_folder "$work/clean" "$relc" build --env=prod --upfrom=0.2.0 --upfrom=0.2.0
expect 'a version twice' 2 '' '*0.2.0 is given twice*'

# --- whose appup ---------------------------------------------------------------------

appup_is() {
    built "$1" "$project" --env=prod --upgrade --no-tar
    check "$1: it is in the relup" grep -q "$2" "$output/releases/0.2.0/relup"
}

mkdir -p "$project/rel/appups/sequence" "$project/priv/appups"
instructions='[{load_module, '\''Elixir.Sequence.Server'\''}, {apply, {erlang, time, []}}]'
echo "{\"0.2.0\", [{\"0.1.0\", $instructions}], [{\"0.1.0\", $instructions}]}." \
    >"$project/priv/appups/x.appup"
(cd "$project" && run env MIX_ENV=prod mix compile)
appup_is "the application's priv/appups" erlang,time
sed 's/time/date/g; s/{"0.1.0"/{<<"0\\\\.1\\\\..*">>/g' "$project/priv/appups/x.appup" \
    >"$project/rel/appups/sequence/any.appup"
appup_is 'rel/appups comes first, and versions may be patterns' erlang,date
check_not 'no appup is generated then' matches "$err" '*Generated*'
echo '{"9.9", [], []}.' >"$project/rel/appups/sequence/any.appup"
appup_is 'one for other versions does not count' erlang,time
check 'but it is told' matches "$err" "*no appup in '*rel/appups/sequence' covers sequence 0.1.0 -> 0.2.0*"
echo '{"0.2.0", [{"0.1.0", [{launch, rocket}]}], [{"0.1.0", []}]}.' \
    >"$project/rel/appups/sequence/any.appup"
in_folder "$project" "$relc" build --env=prod --upgrade
expect 'a wrong instruction' 1 '' '*rel/appups/sequence/any.appup: *{launch,rocket}*'
echo '{"0.2.0", [{"0.1.0", ' >"$project/rel/appups/sequence/any.appup"
in_folder "$project" "$relc" build --env=prod --upgrade
expect 'a file that is no term' 1 '' '*rel/appups/sequence/any.appup:*'
rm -rf "$project/rel/appups" "$project/priv"
(cd "$project" && rm -rf _build/prod/lib/sequence/priv)

# relc appup: a generated one to edit.
in_folder "$project" "$relc" appup sequence --env=prod
expect 'relc appup' 0 '' '*==> Wrote rel/appups/sequence/0.1.0_to_0.2.0.appup*'
in_folder "$project" "$relc" appup sequence --env=prod
expect 'it overwrites nothing' 1 '' '*is there already, nothing was written*'
appup_is 'what it wrote is taken' Elixir.Sequence.Server
check_not 'in place of a generated one' matches "$err" '*Generated*'
rm -rf "$project/rel/appups"
in_folder "$project" "$relc" appup sequence --env=prod --output=-
expect 'relc appup to standard output' 0 '*{"0.2.0",*Elixir.Sequence.Server*' ''
in_folder "$project" "$relc" appup sequenze --env=prod
expect 'an unknown application' 1 '' "*no application 'sequenze'*did you mean 'sequence'*"
in_folder "$project" "$relc" appup elixir --env=prod
expect 'an application that is the same' 1 '' "*has version * in 0.1.0 of the release, too*"

# --- appup_transforms ----------------------------------------------------------------

cp "$project/rel/config.yaml" "$work/kept/config.yaml"
transform() {
    awk -v entry="$1" '{ print } /^  prod:/ { print "    appup_transforms:\n      - " entry }' \
        "$work/kept/config.yaml" >"$project/rel/config.yaml"
    in_folder "$project" "$relc" build --env=prod --upgrade --no-tar
}

transform '{purge: soft, modules: [Sequence.Server]}'
expect 'soft purge for a module' 0 '*' '*'
check 'is in the relup' grep -q "{load,{'Elixir.Sequence.Server',soft_purge,soft_purge}}" \
    "$output/releases/0.2.0/relup"
transform '{post_purge: soft, applications: [other]}'
check 'other applications stay as they are' cmp "$output/releases/0.2.0/relup" "$work/kept/relup"
cat >"$project/rel/transform.sh" <<'END'
#!/bin/sh
[ "$RELC_APP $RELC_FROM $RELC_TO" = 'sequence 0.1.0 0.2.0' ] || exit 9
sed 's/\[{update,/[{apply,{erlang,garbage_collect,[]}},{update,/'
END
chmod +x "$project/rel/transform.sh"
transform '{program: rel/transform.sh}'
expect 'a program' 0 '*' '*'
check 'changes the instructions' grep -q 'erlang,garbage_collect' "$output/releases/0.2.0/relup"
same_relup 'the appup in the release is the changed one' "$output/lib" \
    "$output/releases/0.1.0/sequence.rel" "$output/lib" \
    "$output/releases/0.2.0/sequence.rel" "$output/releases/0.2.0/relup"
printf '#!/bin/sh\necho "no idea" >&2\nexit 3\n' >"$project/rel/transform.sh"
transform '{program: rel/transform.sh}'
expect 'a program that fails' 1 '' '*rel/config.yaml:*transform.sh*failed with exit status 3*no idea*'
printf '#!/bin/sh\necho "{\\"0.2.0\\", [], []}."\n' >"$project/rel/transform.sh"
transform '{program: rel/transform.sh}'
expect 'a program that loses the way' 1 '' '*is not for 0.1.0 -> 0.2.0*'
printf '#!/bin/sh\necho "{"\n' >"$project/rel/transform.sh"
transform '{program: rel/transform.sh}'
expect 'a program that gives no term' 1 '' '*output of *transform.sh*'
transform '{program: rel/nowhere.sh}'
expect 'a program that is not there' 1 '' "*cannot start '*rel/nowhere.sh'*"
cp "$work/kept/config.yaml" "$project/rel/config.yaml"

# --- what cannot be upgraded ---------------------------------------------------------

with_setting() {
    sed "s/^\( *\)${1%%:*}:.*/\1$1/" "$work/kept/config.yaml" >"$project/rel/config.yaml"
    in_folder "$project" "$relc" build --env=prod --upgrade
}

with_setting 'include_erts: false'
expect 'without ERTS' 1 '' '*hot upgrades will fail when include_erts is false*'
with_setting 'dev_mode: true'
expect 'in dev_mode' 1 '' '*cannot be built in dev_mode*'
cp "$work/kept/config.yaml" "$project/rel/config.yaml"
in_folder "$project" "$relc" build --env=prod --delta --no-tar
expect 'a delta without a tarball' 2 '' '*exclude each other*'

# Of versions that differ in build metadata nobody knows which came first.
for metadata in a1 b2; do
    mkdir -p "$output/releases/0.1.9+$metadata"
    cp "$output/releases/0.1.0/sequence.rel" "$output/releases/0.1.9+$metadata/"
done
in_folder "$project" "$relc" build --env=prod --upgrade
expect 'versions without an order' 1 '' '*0.1.9+a1 and 0.1.9+b2 differ in build metadata alone*--upfrom*'
rm -rf "$output/releases/0.1.9+a1" "$output/releases/0.1.9+b2"

# --- what relc check would say -------------------------------------------------------

# A module is changed, the version is not raised: no node would ever load it.
sed 's/"0.2.0"/"0.2.1"/' "$project/mix.exs" >"$work/mix.exs"
cat "$work/mix.exs" >"$project/mix.exs"
(cd "$project" && run env MIX_ENV=prod mix compile)
built 'a version without a change' "$project" --env=prod --upgrade
sed 's/version: current/version: "0.3.0"/' "$work/kept/config.yaml" >"$project/rel/config.yaml"
sed 's/The next number is/Number/' "$project/lib/sequence/server.ex" >"$work/server.ex"
cat "$work/server.ex" >"$project/lib/sequence/server.ex"
(cd "$project" && run env MIX_ENV=prod mix compile)
in_folder "$project" "$relc" build --env=prod --upgrade
expect 'a change without a raised version stops the build' 1 '' \
    '*relc: error: *sequence*[[]app_version_not_raised[]]*would go wrong*--no-check*'
check_not 'and nothing is written' [ -e "$output/releases/0.3.0" ]
said=$err
in_folder "$project" "$relc" build --env=prod --tar-only --upfrom="$output/releases/0.2.1/sequence.tar.gz"
expect 'of a package the same is found' 1 '' '*'
same 'and said in the same words' "$said" "$err"
# Whatever the cache knows of the package, and whatever time it shows.
package=$output/releases/0.2.1/sequence.tar.gz
cp -p "$package" "$work/kept/whole.tar.gz"
printf 'wrong' | dd of="$package" bs=1 seek=300000 conv=notrunc 2>/dev/null
touch -r "$work/kept/whole.tar.gz" "$package"
in_folder "$project" "$relc" build --env=prod --tar-only --upfrom="$package"
expect 'a package that was damaged since it was built' 1 '' '*sequence.tar.gz: the package is damaged: *'
cp -p "$work/kept/whole.tar.gz" "$package"
same 'no failure leaves anything unpacked' '' "$(find "$TMPDIR" -name 'relc-release-*')"
in_folder "$project" "$relc" build --env=prod --upgrade --no-check
expect 'unless it is wanted all the same' 0 '*' '*Relup successfully created*'
