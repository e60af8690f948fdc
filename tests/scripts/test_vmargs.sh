#!/bin/sh
# The node's name and other things that are read from vm.args and the environment.

. "$(dirname "$0")/lib.sh"

copy_release "$erlang_release" "$work/rel"
args=$release/releases/$vsn/vm.args
short=rtv_$$

# named WHAT NAME: the message of `ping` names the node, which is not running
named() {
    run ping
    expect "$1" 1 '' "*the node '$2' is not running*"
}

printf '%s\n' '# -name no@no' "-name $short@127.0.0.1 # -name no@no" >"$args"
named "a name, comments" "$short@127.0.0.1"
printf '%s\n' '+P 65536' '-name' "  '$short'@127.0.0.1" '-heart_not x' >"$args"
named "a name on the next line, quotes" "$short@127.0.0.1"
printf '%s' "+P 65536 -sname $short" >"$args"
named "a short name, no newline at the end" "$short"
printf '%s\r\n' "-name $short@127.0.0.1" '-kernel net_ticktime 60' >"$args"
named "lines that end with CR LF" "$short@127.0.0.1"
printf '%s\n' "-name $short@127.0.0.1" '-name second@127.0.0.1' >"$args"
named "the first of two names, as erl has it" "$short@127.0.0.1"
printf '%s\n' "-args_file $work/more.args" >"$args"
printf '%s\n' "-name ${short}i@127.0.0.1" >"$work/more.args"
named "a name in an included file" "${short}i@127.0.0.1"
printf '%s\n' "-args_file $args" >>"$args"
run ping
expect "a file that includes itself" 1 '' '*does one include itself?*'
printf '%s\n' '-args_file /no/such' >"$args"
run ping
expect "an included file that is not there" 1 '' "*cannot read the arguments file '/no/such'*"
: >"$args"
named "no name at all" "$name@127.0.0.1"
printf '%s\n' "-name $short@127.0.0.1" >"$args"
NAME=other@127.0.0.1 named "NAME" other@127.0.0.1
NAME=other named "NAME takes the host of vm.args" other@127.0.0.1
RELEASE_NODE=another@127.0.0.1 NAME=other named "RELEASE_NODE" another@127.0.0.1
NAME=other NAME_TYPE=-sname named "NAME_TYPE" other
NAME='a/b@127.0.0.1' run ping
expect "an unsafe name" 1 '' "*'a/b@127.0.0.1' is not a node name"
NAME=a@b.c NAME_TYPE=-sname run ping
expect "a short name with a long host" 1 '' '*must not have a host with dots*'
NAME_TYPE=neither run ping
expect "a wrong NAME_TYPE" 1 '' '*must be -name or -sname*'
VMARGS_PATH=/no/such run ping
expect "VMARGS_PATH of nothing" 1 '' "*cannot read the arguments file '/no/such'*"
printf '%s\n' "-name ${short}c@127.0.0.1" >"$release/vm.args"
named "vm.args in RELEASE_CONFIG_DIR, which is the root" "${short}c@127.0.0.1"
rm "$release/vm.args"

# a short name on a real node, under another name than vm.args says, with options
printf '%s\n' "-sname $short -env RT_A 'a b'" "-env RT_B c -setcookie hidden-$$" >"$args"
mkdir "$work/conf"
printf '[{demo,[{colour,red}]}].\n' >"$work/conf/sys.config"
export NAME="${short}n" RELEASE_CONFIG_DIR="$work/conf" RELEASE_MUTABLE_DIR="$work/mutable"
ERL_OPTS="-env RT_C d +P 4096" EXTRA_OPTS="x1 x2" run start y
expect "a node with a short name of the caller's" 0 '' ''
run rpc '[os:getenv(E) || E <- ["RT_A", "RT_B", "RT_C"]]'
expect "the other arguments of vm.args, ERL_OPTS" 0 '\["a b","c","d"\]' ''
run rpc '{hd(string:split(atom_to_list(node()), "@")), application:get_env(demo, colour), init:get_plain_arguments()}'
expect "name, configuration, EXTRA_OPTS" 0 "{\"${short}n\",{ok,red},\[\"x1\",\"x2\",\"y\"\]}" ''
check "everything is in RELEASE_MUTABLE_DIR" [ ! -e "$release/var" ]
run rpc 'os:getenv("REL_VSN")'
expect "the release's version is in the environment" 0 "\"$vsn\"" ''
run rpc 'element(2, file:get_cwd())'
expect "the node's folder is the release's root" 0 "\"$release\"" ''
run stop
expect "stop" 0 ok ''
