#!/bin/sh
# The configuration of a start: where it is from, variables in it, copies, nothing writable.
# shellcheck disable=SC2016,SC2028,SC2089,SC2090 # what looks like a variable is meant as it stands

. "$(dirname "$0")/lib.sh"

copy_release "$erlang_release" "$work/a release"
args=$release/releases/$vsn/vm.args
config=$release/releases/$vsn/sys.config
cp "$args" "$work/vm.args"
cp "$config" "$work/sys.config"

original() {
    cp "$work/vm.args" "$args"
    cp "$work/sys.config" "$config"
    rm -rf "${release:?}/var" "$release/vm.args" "$release/sys.config"
}

# Every value survives in every place.
all='q"u'\''o\t\\e & $HOME ${HOME} `id` #;|% ~p \n žluť
second line	tab '
export all VALUE=2
cat >"$config" <<'END'
%% ${NOT_SET} in a comment
[{demo, [{string, "<${all}>"}, {binary, <<"${all}"/utf8>>}, {atom, '${all}'},
  {number, ${VALUE}}, {term, {${VALUE}, [${VALUE}]}}, {default, "${NOT_SET:-a }"}, % ${NOT_SET}
  {colon, ${NOT_SET:-"x:-y"}}, {characters, [${, $", $%, $\", $', $$]}, {after_them, "${VALUE}"},
  {escaped, "\${VALUE} \\${VALUE} \"${VALUE}"}, {empty, "${EMPTY}-${EMPTY:-e}"},
  {none, "${ ${} ${1} ${a b} $VALUE ${VALUE"}, {lines, "a
${VALUE} % ${VALUE}"}]}].
END
export EMPTY=
cat >>"$args" <<'END'
# ${NOT_SET}
-env A1 <${all}>
-env A2 "<${all}>" # ${NOT_SET}
-env A3 '<${all}>'
-env A4 x"${all}"y${VALUE}
-env A5 \${VALUE}${NOT_SET:-default}
-env A6 ${VALUE}
-env A7 "# ${VALUE}"
${NOT_SET:-}
END
REPLACE_OS_VARS=true run start
expect "start with every kind of variable" 0 '' ''
literal='"q\"u'\''o\\t\\\\e & $HOME ${HOME} `id` #;|% ~p \\n žluť\nsecond line\ttab "'
get='G = fun(K) -> {ok, Value} = application:get_env(demo, K), Value end, '
run rpc "V = $literal, $get [G(string) =:= \"<\" ++ V ++ \">\", G(binary) =:= unicode:characters_to_binary(V), G(atom) =:= list_to_atom(V)]"
expect "sys.config: any value within quotes" 0 '\[true,true,true\]' ''
run rpc "$get [G(number), G(term), G(default), G(empty), G(lines)]"
expect "sys.config: terms, defaults, several lines" 0 '\[2,{2,\[2\]},"a ","-e","a\\n2 % 2"\]' ''
run rpc "$get [G(characters) =:= [123, 34, 37, 34, 39, 36], G(after_them), G(colon), G(escaped), G(none)]"
expect "sys.config: characters, escapes, what is no variable" 0 \
    '\[true,"2","x:-y","${VALUE} \\\\2 \\"2","${ ${} ${1} ${a b} $VALUE ${VALUE"\]' ''
run rpc "V = $literal, [os:getenv(\"A1\") =:= \"<\" ++ V ++ \">\", os:getenv(\"A2\") =:= \"<\" ++ V ++ \">\", os:getenv(\"A3\") =:= \"<\" ++ V ++ \">\", os:getenv(\"A4\") =:= \"x\" ++ V ++ \"y2\"]"
expect "vm.args: any value" 0 '\[true,true,true,true\]' ''
run rpc '[os:getenv(A) || A <- ["A5", "A6", "A7"]]'
expect "vm.args: other places" 0 '\["${VALUE}default","2","# 2"\]' ''
check "the copies are for the owner's eyes" [ -z "$(find "$release/var/nodes/$node" -type f -perm /077)" ]
run stop
expect "stop" 0 ok ''

# other awks give the same
replaced() {
    (
        RELEASE_LIBEXEC_DIR=$release/releases/$vsn/libexec REL_NAME=$name REPLACE_OS_VARS=1
        . "$RELEASE_LIBEXEC_DIR/base.sh"
        . "$RELEASE_LIBEXEC_DIR/replace_vars.sh"
        replace_vars sys.config "$config" && replace_vars vm.args "$args"
    )
}
replaced >"$work/replaced"
for awk in mawk gawk original-awk busybox; do
    command -v "$awk" >/dev/null 2>&1 || continue
    mkdir "$work/awk-$awk"
    ln -s "$(command -v "$awk")" "$work/awk-$awk/awk"
    (PATH=$work/awk-$awk:$PATH && replaced) >"$work/replaced-$awk"
    check "the same with $awk" cmp "$work/replaced" "$work/replaced-$awk"
done

# where the files come from
original
run start
expect "start as it is" 0 '' ''
check "no copies" [ ! -e "$release/var/nodes/$node/sys.config" ]
check "no copies of vm.args" [ ! -e "$release/var/nodes/$node/vm.args" ]
run stop
expect "stop" 0 ok ''

# colour WHAT COLOUR [COMMAND...]: what a start makes of it
colour() {
    what=$1
    wanted=$2
    shift 2
    run eval 'io:format("~p", [application:get_env(demo, colour)])'
    expect "$what" 0 "{ok,$wanted}" ''
}
mkdir "$work/conf" "$work/caller"
printf '[{demo,[{colour,conf}]}].\n' >"$work/conf/sys.config"
printf '[{demo,[{colour,root}]}].\n' >"$release/sys.config"
printf '[{demo,[{colour,path}]}].\n' >"$work/caller/my.config"
printf '[{demo,[{colour,other}]}].\n' >"$work/caller/my.cfg"
colour "sys.config in the root folder" root
RELEASE_CONFIG_DIR=$work/conf colour "sys.config in RELEASE_CONFIG_DIR" conf
export SYS_CONFIG_PATH="$work/caller/my.config"
RELEASE_CONFIG_DIR=$work/conf colour "SYS_CONFIG_PATH" path
(cd "$work/caller" && SYS_CONFIG_PATH=my.config colour "a relative path is the caller's" path; exit "$failures") || failures=$((failures + 1))
SYS_CONFIG_PATH=$work/caller/my.cfg colour "a file that does not end with .config" other
SYS_CONFIG_PATH=$work/none.config run eval ok
expect "SYS_CONFIG_PATH of nothing" 1 '' "*cannot read the configuration file '$work/none.config'"
unset SYS_CONFIG_PATH
rm "$release/sys.config"
colour "sys.config of the version" blue
for command in start foreground ping 'eval ok'; do
    # shellcheck disable=SC2086
    RELEASE_CONFIG_DIR=$work/nowhere run $command
    expect "$command: RELEASE_CONFIG_DIR of nothing" 1 '' "*cannot read the folder '$work/nowhere' (RELEASE_CONFIG_DIR)"
done
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null 2>&1; then
    chmod 711 "$work"
    chmod 700 "$work/conf"
    # shellcheck disable=SC2086
    RELEASE_MUTABLE_DIR=$work/mutable RELEASE_CONFIG_DIR=$work/conf setpriv --reuid 65534 --regid 65534 --clear-groups \
        $shell_under_test "$release/bin/$name" start >"$work/out" 2>&1 </dev/null
    status=$? out=$(cat "$work/out") err=''
    expect "a RELEASE_CONFIG_DIR that the user cannot read" 1 "*cannot read the folder '$work/conf' (RELEASE_CONFIG_DIR)" ''
    chmod 755 "$work/conf"
fi
printf '[{demo,[{colour,"${NOT_SET:-x}"}]},"extra.config"].\n' >"$release/sys.config"
printf '[{demo,[{colour,included}]}].\n' >"$release/extra.config"
REPLACE_OS_VARS=1 colour "an included configuration beside the file, which is copied" included
REPLACE_OS_VARS=1 run start
expect "the same for a node" 0 '' ''
run rpc 'application:get_env(demo, colour)'
expect "its included configuration" 0 '{ok,included}' ''
run stop
expect "stop" 0 ok ''
check "eval leaves nothing behind" [ -z "$(ls -A "$release/var/tmp")" ]
rm "$release/extra.config"
printf '[{demo,[{colour,included}]}].\n' >"$work/extra.config"
printf '[{demo,[{colour,blue}]},"%s"].\n' "$work/extra.config" >"$release/sys.config"
colour "an included configuration" included
rm "$release/sys.config"

# a node by a variable's name: commands find it without the variable
sed "s/^-name .*/-name \${HOST_NAME}x@\${ADDRESS}/" "$work/vm.args" >"$args"
echo '-setcookie ${SECRET}' >>"$args"
rm -rf "${release:?}/var"
run ping
expect "a name that is not known yet" 1 '' '*it has not been started yet*'
run start
expect "a name with variables, without REPLACE_OS_VARS" 1 '' '*only when REPLACE_OS_VARS is set'
export HOST_NAME="${node%@*}" ADDRESS=127.0.0.1 SECRET='the "$ecret'
REPLACE_OS_VARS=1 run start
expect "a name and a cookie with variables" 0 '' ''
unset HOST_NAME ADDRESS SECRET
run rpc '{node(), erlang:get_cookie()}'
expect "commands take what the node was started with" 0 "{'${node%@*}x@127.0.0.1','the \"\$ecret'}" ''
case $(ps -eo args=) in
*'the "$ecret'*) not_ok "no cookie among arguments" ;;
*) ok "no cookie among arguments" ;;
esac
check "nor in files for others" [ -z "$(find "$release/var" -type f -perm /077 -exec grep -l 'ecret' {} +)" ]
cp "$work/vm.args" "$args"
run ping
expect "even if vm.args has changed since" 0 pong ''
run start
expect "a second start would not be another node" 1 '' "*'${node%@*}x@127.0.0.1' is already running*"
run stop
expect "stop" 0 ok ''
run start
expect "start with the new name" 0 '' ''
run rpc 'node()'
expect "which commands take now" 0 "'$node'" ''
run stop
expect "stop" 0 ok ''

# a hook has the last word on the files, and on variables
original
hooks=$release/releases/$vsn/hooks
echo 'export COLOUR=hooked' >"$hooks/pre_configure.d/1.sh"
echo 'sed s/hooked/edited/ "$SYS_CONFIG_PATH" >"$SYS_CONFIG_PATH.new" && mv "$SYS_CONFIG_PATH.new" "$SYS_CONFIG_PATH"
printf "%s\n" "-env EDITED yes" >>"$VMARGS_PATH"
echo "$SRC_SYS_CONFIG_PATH $DEST_SYS_CONFIG_PATH" >"$RELEASE_MUTABLE_DIR/paths"' >"$hooks/post_configure.d/1.sh"
printf '[{demo,[{colour,${COLOUR}}]}].\n' >"$config"
REPLACE_OS_VARS=1 run start
expect "start with configure hooks" 0 '' ''
run rpc '{application:get_env(demo, colour), os:getenv("EDITED")}'
expect "hooks edit the copies" 0 '{{ok,edited},"yes"}' ''
check "not the files" grep -q COLOUR "$config"
check "hooks know both" [ "$(cat "$release/var/paths")" = "$config $release/var/nodes/$node/sys.config" ]
run stop
expect "stop" 0 ok ''
rm "$hooks"/*/*

# errors
original
printf '[{demo,\n  [{colour, "${NOT_SET}"}]}].\n' >"$config"
for command in start foreground 'eval ok'; do
    # shellcheck disable=SC2086
    REPLACE_OS_VARS=1 run $command
    expect "$command: a variable that is not set, in sys.config" 1 '' "*the variable 'NOT_SET' in line 2 of '$config' is not set*\${NOT_SET:-DEFAULT}"
done
original
printf '\n-env X ${NOT_SET}\n' >>"$args"
line=$(grep -n NOT_SET "$args")
REPLACE_OS_VARS=1 run start
expect "a variable that is not set, in vm.args" 1 '' "*the variable 'NOT_SET' in line ${line%%:*} of '$args' is not set*"
original
printf '[{demo,[{colour' >"$config"
run start
expect "a broken sys.config" 1 '' '*ended before it was up*'
original
printf '%s\n' '+no_such_flag' >>"$args"
run start
expect "a broken vm.args" 1 '' '*ended before it was up*'
original
printf '%s\n' "-env A 'not closed" >>"$args"
run ping
expect "a quote that is not closed" 1 '' '*is not running'

# nothing may be written
original
cp -R "$release" "$work/ro"
snapshot() {
    (cd "$release" && find . -printf '%p %T@ %m\n' | sort)
}
export RELEASE_READ_ONLY=1 HOME="$work/home"
mkdir "$HOME"
before=$(snapshot)
run start
expect "read-only: start" 1 '' '*RELEASE_READ_ONLY*foreground*'
run foreground
expect "read-only: no cookie" 1 '' "*there is no cookie, and RELEASE_READ_ONLY forbids to make one*"
printf 'home-cookie' >"$HOME/.erlang.cookie"
chmod 400 "$HOME/.erlang.cookie"
COOKIE=another run foreground
expect "read-only: another cookie" 1 '' "*can only take its cookie from the file '$HOME/.erlang.cookie'*"
printf '[{demo,[{colour,"${VALUE}"}]}].\n' >"$release/../my.config"
SYS_CONFIG_PATH=$work/my.config REPLACE_OS_VARS=1 run foreground
expect "read-only: variables to be replaced" 1 '' "*with RELEASE_READ_ONLY the variables in '$work/my.config' cannot be replaced*"
cp "$work/vm.args" "$work/my.args"
printf '%s\n' "-name \${NOT_SET:-$node}" '-env A "${VALUE}"' >"$work/my.args"
export VMARGS_PATH="$work/my.args" NAME="${node%@*}r@127.0.0.1"
# shellcheck disable=SC2086
REPLACE_OS_VARS=1 $shell_under_test "$release/bin/$name" foreground >"$work/fg" 2>&1 </dev/null &
check "read-only: foreground, with variables in vm.args and a name" wait_for answers
run rpc '{node(), os:getenv("A"), erlang:get_cookie()}'
expect "read-only: rpc" 0 "{'$NAME',\"2\",'home-cookie'}" ''
COOKIE=another run ping
expect "read-only: ping with another cookie" 1 '' '*can only take its cookie*'
run stop
expect "read-only: stop" 0 ok ''
check "read-only: nothing was written" [ "$(snapshot)" = "$before" ]
unset RELEASE_READ_ONLY VMARGS_PATH NAME

# no distribution
RELEASE_DISTRIBUTION=none run start
expect "no distribution: start" 1 '' '*RELEASE_DISTRIBUTION=none*foreground*'
RELEASE_DISTRIBUTION=none run ping
expect "no distribution: ping" 1 '' '*no way to the node*'
# shellcheck disable=SC2086
RELEASE_DISTRIBUTION=none timeout 60 $shell_under_test "$release/bin/$name" foreground >"$work/fg" 2>&1 </dev/null &
job=$!
wait_for test -s "$release/var/nodes/nonode@nohost/vm.args"
sleep 2
run ping
expect "no distribution: no node of that name" 1 '' '*is not running'
kill -TERM "$job"
wait "$job"
check "no distribution: stops in order" [ "$?" -ne 1 ]
