#!/bin/sh
# A Mix umbrella with several releases in one file: of all its applications, or of some, each
# with a version of its own; with releases chosen by name and by profile.

. "$(dirname "$0")/lib.sh"

need erl elixir
project=$work/umbrella
mkdir -p "$project/apps" "$project/rel"
printf 'defmodule U do\n  use Mix.Project\n  def project, do: [apps_path: "apps"]\nend\n' >"$project/mix.exs"

# app NAME VERSION NEEDS: as `MIX_ENV=prod mix compile` leaves it, without modules.
app() {
    mkdir -p "$project/apps/$1/lib" "$project/_build/prod/lib/$1/ebin"
    printf 'defmodule A do\n  use Mix.Project\n  def project, do: [app: :%s, version: "%s"]\nend\n' "$1" "$2" >"$project/apps/$1/mix.exs"
    echo "# $1" >"$project/apps/$1/lib/$1.ex"
    echo "{application, $1, [{description, \"\"}, {vsn, \"$2\"}, {modules, []}, {registered, []}, {applications, [kernel, stdlib, elixir$3]}]}." \
        >"$project/_build/prod/lib/$1/ebin/$1.app"
}
app core 1.0.0 ''
app web 2.0.0 ', core'
app worker 3.0.0 ', core'
cat >"$project/rel/config.yaml" <<'END'
default_release: everything
environments:
  prod: {include_erts: false}
  small: {include_erts: false, strip_debug_info: true, build_dir: _build/prod/lib}
releases:
  everything:
    version: "7.0"
    applications: [core, web, worker]
  front:
    version: {current: web}
    applications: [web]
    include_src: true
  back:
    version: {current: worker}
    applications: [{worker: temporary}]
END

# ours NAME: the umbrella's applications in a release.
ours() {
    find "$project/_build/prod/rel/$1/lib" -mindepth 1 -maxdepth 1 -printf '%f\n' |
        grep -e core -e web -e worker | sort | tr '\n' ' '
}

built 'one release of all' "$project" --env=prod
same 'the default one, with all' 'core-1.0.0 web-2.0.0 worker-3.0.0 ' "$(ours everything)"
built 'one of some, by its name' "$project" --env=prod --name=front
same 'with what they need' 'core-1.0.0 web-2.0.0 ' "$(ours front)"
check 'in the version of the application' [ -d "$project/_build/prod/rel/front/releases/2.0.0" ]
check 'sources come from apps/' cmp "$project/apps/core/lib/core.ex" "$project/_build/prod/rel/front/lib/core-1.0.0/lib/core.ex"
built 'one by its profile' "$project" --profile=back:small --output "$project/_build/prod/rel/back"
same 'with what it needs' 'core-1.0.0 worker-3.0.0 ' "$(ours back)"
run erl -boot "$project/_build/prod/rel/everything/releases/7.0/start" \
    -boot_var RELEASE_LIB "$project/_build/prod/rel/everything/lib" -noshell \
    -eval 'io:format("~w", [[A || {A, _, _} <- application:which_applications(), lists:member(A, [core, web, worker])]]), halt().'
expect 'it boots' 0 '\[worker,web,core]' ''
in_folder "$project" "$relc" build --name=nothing
expect 'a release that there is not' 1 '' "*unknown release 'nothing'*the releases are: everything, front, back*"
printf 'releases: {front: {}}\n' >"$project/rel/config.yaml"
in_folder "$project" env MIX_ENV=prod "$relc" build
expect 'applications of an umbrella are not guessed' 1 '' "*cannot tell the version of release 'front'*"
