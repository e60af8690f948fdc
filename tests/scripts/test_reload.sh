#!/bin/sh
# reload_config: what it sets, removes and leaves alone.
# shellcheck disable=SC2016 # what looks like a variable is meant as it stands

. "$(dirname "$0")/lib.sh"

copy_release "$erlang_release" "$work/rel"
config=$release/releases/$vsn/sys.config

# value EXPECTED KEY: what the node has
value() {
    run rpc "application:get_env(demo, $2)"
    expect "$3: $2" 0 "$1" ''
}

run reload_config
expect "reload_config without node" 1 '' '*is not running'
run reload_config x
expect "reload_config with an argument" 1 '' '*takes no arguments'
mkdir "$work/more"
printf '[{demo,[{other_file,1}]}].\n' >"$work/more.config"
printf '[{demo,[{colour,blue},{size,1},{gone,1},{fixed,1}]},{late,[{a,1}]}].\n' >"$config"
printf '%s\n' "-config $work/more" '-demo fixed 7' >>"$release/releases/$vsn/vm.args"
run start
expect "start" 0 '' ''
run rpc 'application:set_env(demo, own, set_by_code)'
expect "the application sets a value of its own" 0 ok ''
run reload_config
expect "nothing has changed" 0 ok ''

printf '[{demo,[{size,2},{added,"x y"},{fixed,2}]},{late,[{a,2}]},\n "included"].\n' >"$config"
printf '[{demo,[{included,yes}]}].\n' >"$release/releases/$vsn/included.config"
run reload_config
expect "changes are told, without values" 0 '*changed demo: size*ok' ''
for line in 'new demo: added' 'new demo: included' 'removed demo: colour' 'removed demo: gone'; do
    case $newline$out in *"$line"*) ok "told: $line" ;; *) not_ok "told: $line" "$out" ;; esac
done
case $out in *fixed*) not_ok "the command line wins over the file" "$out" ;; esac
value '{ok,2}' size changed
value '{ok,"x y"}' added new
value '{ok,yes}' included 'from an included file'
value '{ok,green}' colour "removed, the application's default"
value undefined gone 'removed'
value '{ok,7}' fixed 'on the command line'
value '{ok,1}' other_file 'from another -config file'
value '{ok,set_by_code}' own 'not of the configuration'
run rpc '{lists:sort(demo:changes()), application:get_env(late, a)}'
expect "config_change was called; an application that is not loaded" 0 '{\[{changed,*size,2*{new,*{removed,\[gone\]}*{ok,2}}' ''
run restart
expect "restart" 0 ok ''
value '{ok,2}' size 'after a restart'

for bad in '[{demo,[{size,' '{demo,[]}.' '[{demo,[size]}].' '[demo].' '[{demo,[]}]. [].' '["no_such_file"].' '[{demo,[{a,1},{a,2}]}].'; do
    printf '%s\n' "$bad" >"$config"
    run reload_config
    expect "refused: $bad" 1 '' '*the configuration *.config*'
done
value '{ok,2}' size 'after broken files'
rm "$config"
run stop
expect "stop" 0 ok ''

# Elixir's providers
copy_release "$elixir_release" "$work/elixir"
config=$release/releases/$vsn/sys.config
runtime=$release/releases/$vsn/runtime.exs
cat >"$config" <<END
[{demo,[{colour,blue},{size,1}]},
 {elixir,[{config_provider_init,#{'__struct__' => 'Elixir.Config.Provider',
   providers => [{'Elixir.Config.Reader',{{system,<<"RELEASE_ROOT">>,<<"/releases/$vsn/runtime.exs">>},
     [{env,prod},{target,host},{imports,disabled}]}}],
   config_path => {system,<<"RELEASE_SYS_CONFIG">>,<<".config">>}, extra_config => [{demo,[{extra,1}]}],
   prune_runtime_sys_config_after_boot => false, reboot_system_after_config => false,
   validate_compile_env => false}}]}].
END
printf 'import Config\nconfig :demo, size: 10, from_env: System.get_env("RT_VALUE"), %s\n' 'once: 1' >"$runtime"
RT_VALUE='of the node' run start
expect "elixir: start" 0 '' ''
# what the boot script of a release with providers does
run rpc '{Config.Provider.boot(), Application.get_env(:demo, :once)}'
expect "elixir: the provider has run" 0 '{*, 1}' ''
printf 'import Config\nconfig :demo, size: 20, from_env: System.get_env("RT_VALUE"), %s\n' 'env: config_env()' >"$runtime"
RT_VALUE='of the command' run reload_config
expect "elixir: reload" 0 '*ok' ''
run rpc 'for k <- [:colour, :size, :from_env, :once, :env, :extra], do: Application.get_env(:demo, k)'
expect "elixir: runtime.exs is evaluated on the node" 0 '\[:blue, 20, "of the node", nil, :prod, 1\]' ''
printf 'import Config\nraise "broken on purpose"\n' >"$runtime"
run reload_config
expect "elixir: runtime.exs that raises" 1 '' '*broken on purpose*'
run rpc 'Application.get_env(:demo, :size)'
expect "elixir: nothing was changed" 0 20 ''
run stop
expect "elixir: stop" 0 ok ''
