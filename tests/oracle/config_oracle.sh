#!/bin/sh
# Compares what config/ finds out about projects, by reading their files, with what Mix
# and rebar3 say about the same projects: kind, applications, versions, build folders.
#
#     sh config_oracle.sh BUILD_DIR
set -eu

tool=$(cd "$1" && pwd)/tests/config_tool
work=$(mktemp -d)
work=$(cd "$work" && pwd -P)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
unset MIX_ENV MIX_TARGET MIX_BUILD_PATH MIX_BUILD_ROOT REBAR_PROFILE REBAR_BASE_DIR
HOME=$work/home
export HOME
mkdir "$HOME"
failures=0
checks=0

# expect WHAT LINES FOLDER ENVIRONMENT: the tool's lines that begin with WHAT's words.
expect() {
    checks=$((checks + 1))
    found=$("$tool" "$3" "$4" | grep -E "^($1) " || true)
    [ "$found" != "$2" ] || return 0
    failures=$((failures + 1))
    printf 'FAILED: %s of %s (%s)\n expected:\n%s\n found:\n%s\n' \
        "$1" "$3" "$4" "$2" "$found" >&2
}

# What Mix says of the project in the current folder, in the tool's form.
mix_says() {
    mix run --no-start --no-compile -e '
        config = Mix.Project.config()
        IO.puts("app #{config[:app]} #{config[:version]}")
        IO.puts("output " <> Path.join(Mix.Project.build_path(), "rel/rel1"))
        IO.puts("dir " <> Path.join(Mix.Project.build_path(), "lib"))'
}

expect_mix() {
    expect 'app|output|dir' "$(mix_says)" . "$1"
}

mix_project() {
    cd "$work"
    mix new my_app >/dev/null
    cd my_app
    expect kind 'kind Mix' . prod
    expect hint 'hint run: MIX_ENV=prod mix compile' . prod
    MIX_ENV=prod mix compile >/dev/null
    MIX_ENV=prod
    export MIX_ENV
    expect_mix prod
    unset MIX_ENV
    expect dir "dir $work/my_app/_build/prod/lib" . prod
    expect hint 'hint run: MIX_ENV=dev mix compile (compiled is MIX_ENV=prod)' . dev
    mix compile >/dev/null
    expect_mix dev
}

# A version and a name in attributes, another build folder, one for all environments.
mix_settings() {
    cd "$work"
    mix new other_app >/dev/null
    cd other_app
    cat >mix.exs <<'END'
defmodule OtherApp.MixProject do
  use Mix.Project
  @app :other_app
  # @version "9.9.9"
  @version "1.2.3-rc.1+build.5"
  def project do
    [
      description: "app: :wrong, version: \"0\" #{@version}",
      aliases: [app: :wrong], releases: [x: [version: "0.0.0"]],
      app: @app, version: @version,
      build_path: "../elsewhere", build_per_environment: false,
      deps: []
    ]
  end
  def application, do: [extra_applications: [:logger]]
end
END
    mix compile >/dev/null
    expect_mix dev
    expect_mix prod
    sed '/build_path/d' mix.exs >new && mv new mix.exs
    for setting in "MIX_BUILD_PATH=$work/here" MIX_BUILD_ROOT=below MIX_TARGET=rpi \
        MIX_TARGET=host
    do
        export "${setting?}"
        mix compile >/dev/null
        expect_mix dev
        unset "${setting%%=*}"
    done
}

mix_umbrella() {
    cd "$work"
    mix new umb --umbrella >/dev/null
    (cd umb/apps && mix new zebra && mix new ant --sup) >/dev/null
    cd umb
    expect 'kind|app' "kind Mix umbrella
app ant 0.1.0
app zebra 0.1.0" . prod
    MIX_ENV=prod mix compile >/dev/null
    expect dir "dir $work/umb/_build/prod/lib" . prod
    cd apps/ant
    mix compile >/dev/null
    expect_mix dev
}

# What rebar3 says: rebar3_says [as PROFILE]
rebar3_dirs() {
    rebar3 "$@" path --lib | sed "s|^|dir |"
}

rebar3_projects() {
    cd "$work"
    rebar3 new app name=one_app >/dev/null
    rebar3 new release name=one_rel >/dev/null
    cd one_app
    expect 'kind|app' "kind rebar3
app one_app 0.1.0" . prod
    expect hint 'hint run: rebar3 as prod compile' . prod
    rebar3 compile >/dev/null
    expect dir "$(rebar3_dirs)" . prod
    expect dir "$(rebar3_dirs)" . default
    cd ../one_rel
    expect 'kind|app' "kind rebar3
app one_rel 0.1.0" . prod
    rebar3 as prod compile >/dev/null
    expect dir "$(rebar3_dirs as prod)" . prod
    expect output "output $work/one_rel/_build/prod/rel/rel1" . prod
    sed 's/{vsn, "0.1.0"}/{vsn, {cmd, "echo 4.5.6"}}/' apps/one_rel/src/one_rel.app.src \
        >new
    mv new apps/one_rel/src/one_rel.app.src
    rebar3 as prod compile >/dev/null
    expect app 'app one_rel 4.5.6' . prod
    REBAR_BASE_DIR=$work/base
    export REBAR_BASE_DIR
    rebar3 as prod,extra compile >/dev/null
    REBAR_PROFILE=prod,extra
    export REBAR_PROFILE
    expect dir "dir $work/base/prod+extra/lib" . prod
    unset REBAR_BASE_DIR REBAR_PROFILE
}

mix_project
mix_settings
mix_umbrella
rebar3_projects
echo "config: $checks comparisons with Mix and rebar3, $failures differ"
[ "$failures" -eq 0 ]
