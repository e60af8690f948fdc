# shellcheck shell=sh
# What tests/bench/run.sh builds: the sets' applications, and a project for each tool. All
# projects make the release bench, of the same applications. Sets $lib, a folder with the
# applications that are neither OTP's nor Elixir's, and $applications.
# Needs $base, $set, $top, $tools, $runs, $distillery, place_of, enter, has, say.
# shellcheck disable=SC2154

generate() { # COUNT
    escript "$here/generate.escript" --own "$base/own" $((runs + 1))
    generated=${BENCH_LIB:-$base/generated}
    if [ "$1" -gt 0 ] && [ ! -f "$generated/gen$1-1.0.0/ebin/gen$1.app" ]; then
        say "generating $1 applications"
        escript "$here/generate.escript" "$generated" "$1"
    fi
}

list() { # SEPARATOR WORD...
    separator=$1 between=''
    shift
    for word; do printf '%s%s' "$between" "$word" && between=$separator; done
}

# The applications of OTP itself, without what other packages have in its folder.
otp_applications() {
    erl -noinput -boot start_clean -eval '
        Otp = [list_to_atom(hd(string:split(filename:basename(D), "-")))
               || D <- filelib:wildcard(filename:join(code:lib_dir(), "*"))],
        Known = [asn1, common_test, compiler, crypto, debugger, dialyzer, diameter, edoc, eldap,
                 erl_docgen, et, eunit, ftp, inets, megaco, mnesia, observer, odbc, os_mon, parsetools,
                 public_key, reltool, snmp, ssh, ssl, syntax_tools, tftp, tools, wx, xmerl],
        io:format("~s", [lists:join(" ", [atom_to_list(A) || A <- Known, lists:member(A, Otp)])]),
        halt().'
}

# Debian has symbolic links in common_test that lead to other packages, and nowhere after
# Distillery has copied them.
copy_applications_with_links() {
    for application in $applications; do
        folder=$(find "$otp" -maxdepth 1 -name "$application-[0-9]*")
        [ -z "$folder" ] || [ -z "$(find "$folder" -type l)" ] || copy_application "$folder"
    done
}

# Into $lib, under its own name and version, as some tools find it only by them.
copy_application() { # FOLDER
    set -- "$1" "$1"/ebin/*.app
    version=$(sed -n 's/.*{vsn, *"\([^"]*\)"}.*/\1/p' "$2")
    name=$(basename "$2" .app)-$version
    cp -RL "$1" "$lib/$name"
}

# Debian's ejabberd has what it needs as included applications, compiler too, which `mix
# release` refuses beside Elixir.
copy_ejabberd() {
    for folder in "$otp"/p1_* "$(readlink -f "$1")"; do copy_application "$folder"; done
    app=$lib/$name/ebin/ejabberd.app
    sed '/{applications,/ { N; s/\]},[[:space:]]*{included_applications,\[/,/; }' "$app" >"$base/ejabberd.app"
    mv "$base/ejabberd.app" "$app"
    ! grep -q included_applications "$app" || {
        say "cannot turn ejabberd's included applications into applications"
        exit 1
    }
}

make_libraries() {
    lib=$(place_of lib)
    otp=$(erl -noinput -boot start_clean -eval 'io:put_chars(code:lib_dir()), halt().')
    mkdir -p "$lib" "$lib.own"
    cp -R "$base/own/own-1.0.0" "$lib/"
    cp -R "$base/own/next/." "$lib.own/"
    applications='own'
    case $set in
    medium)
        set -- /usr/lib/*/ejabberd-[0-9]*
        copy_ejabberd "$1"
        applications='own ejabberd'
        ;;
    large)
        applications="own $(otp_applications)"
        copy_applications_with_links
        ;;
    gen*)
        for number in $(seq 1 "${set#gen}"); do
            cp -R "$generated/gen$number-1.0.0" "$lib/"
            applications="$applications gen$number"
        done
        ;;
    esac
    # Those that Distillery takes always.
    applications="$applications sasl runtime_tools elixir logger iex mix"
}

# Distillery's own two applications are in its releases, and so in everyone's.
make_distillery_libraries() {
    mkdir -p "$lib.distillery"
    for application in distillery artificery; do
        cp -RL "$(place_of distillery)/project/_build/prod/lib/$application" "$lib.distillery/"
        applications="$applications $application"
    done
}

erl_libs_of() { # TOOL
    [ "$1" = distillery ] || [ ! -d "$lib.distillery" ] || printf '%s:' "$lib.distillery"
    echo "$lib"
}

make_relc_project() { # TOOL
    compression=default
    case $1 in fast | best) compression=$1 ;; esac
    # shellcheck disable=SC2046,SC2086
    cat >rel/config.yaml <<END
environments:
  prod: {include_erts: true, compression: $compression}
releases:
  bench:
    version: {current: own}
    lib_dirs: [$(list ', ' $(erl_libs_of "$1" | tr : ' '))]
    applications: [$(list ', ' $applications $own_application)]
END
}

make_mix_project() { # DEPENDENCIES
    name=bench_project application=''
    if [ "$set" = small ]; then
        name=sequence
        application='mod: {Sequence.Application, []}, env: [initial_number: 456],
      registered: [Sequence.Supervisor, Sequence.Stash, Sequence.Server],'
    fi
    # shellcheck disable=SC2086
    cat >mix.exs <<END
defmodule Bench.MixProject do
  use Mix.Project

  def project do
    [app: :$name, version: "0.1.0", start_permanent: true, deps: [$1],
     releases: [bench: [steps: [:assemble, :tar], strip_beams: false, version: "1.0.0",
       include_executables_for: [:unix]]]]
  end

  def application do
    [$application
     extra_applications: [$(list ', ' $applications | sed 's/^/:/; s/, /, :/g')]]
  end
end
END
}

make_distillery_project() {
    make_mix_project "{:distillery, path: \"$distillery\", runtime: false}"
    mkdir -p config rel
    echo 'import Config' >config/config.exs
    # shellcheck disable=SC2086
    cat >rel/config.exs <<END
use Distillery.Releases.Config, default_release: :bench, default_environment: :prod

environment :prod do
  set include_erts: true
  set include_src: false
  set cookie: :bench
end

release :bench do
  set version: System.get_env("BENCH_VSN")
  set applications: [$(list ', ' $applications $own_application | sed 's/^/:/; s/, /, :/g')]
end
END
}

make_rebar3_project() {
    elixir=$(dirname "$(readlink -f "$(command -v elixir)")")/../lib
    sequence=$(place_of mix)/project/_build/prod/lib
    # shellcheck disable=SC2046,SC2086
    cat >rebar.config <<END
{relx, [{release, {bench, {cmd, "printf %s \$BENCH_VSN"}}, [$(list ', ' $applications $own_application)]},
        {lib_dirs, [$(list ', ' $(for l in $(erl_libs_of rebar3 | tr : ' ') "$elixir" ${own_application:+"$sequence"}; do echo "\"$l\""; done))]},
        {include_erts, true}, {include_src, false}, {dev_mode, false}, {extended_start_script, true}]}.
END
}

# A tool's project: sources, configuration, everything compiled that its build compiles.
make_project() { # TOOL
    place=$(place_of "$1")
    mkdir -p "$place/home" "$place/tmp" "$place/project/rel" "$place/project/lib"
    [ "$set" != small ] || cp -R "$top/examples/sequence/." "$place/project/"
    make_configuration "$1" >"$base/log" 2>&1 || {
        tail -n 20 "$base/log" >&2
        say "$set: cannot make the project of $1"
        exit 1
    }
}

make_configuration() ( # TOOL
    cd "$place/project" || exit
    compile="$(enter "$1") mix compile"
    case $1 in
    mix) make_mix_project '' && sh -c "$compile" ;;
    distillery) make_distillery_project && sh -c "$compile" ;;
    rebar3) make_rebar3_project ;;
    *)
        [ "$set" != small ] || sh -c "$compile"
        make_relc_project "$1"
        ;;
    esac
)

make_projects() {
    make_libraries
    own_application=''
    [ "$set" != small ] || own_application=sequence
    # Distillery first: the others need what it brings along.
    if has "$tools" distillery && [ -n "$distillery" ]; then
        make_project distillery
        make_distillery_libraries
    fi
    for tool in $(without "$tools" distillery); do
        [ "$tool" = limit ] || make_project "$tool"
    done
    sync
}
