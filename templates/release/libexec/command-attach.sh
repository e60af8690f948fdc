# shellcheck shell=sh
# attach: attaches this terminal to the shell of a node that `start` has started
#
# Leave with Ctrl-D. Ctrl-C and halting commands act on the node itself.

erts_find
node_find
[ -p "$PIPE_DIR/erlang.pipe.1.r" ] || [ -n "$(find "$PIPE_DIR" -name 'erlang.pipe.*.r' 2>/dev/null)" ] ||
    fail "there is nothing to attach to: no pipe of a node started with 'start' in '$PIPE_DIR'"
erts_tool to_erl || fail "cannot find 'to_erl', which belongs to the runtime in '$BINDIR'"
exec "$tool" "$PIPE_DIR/"
