# shellcheck shell=sh
# A VM of its own for the call that call_read has read.

# eval_call: becomes that VM.
eval_call() {
    erts_find
    erts_check
    . "$RELEASE_LIBEXEC_DIR/configure.sh"
    configure_private
    RELEASE_EXPRESSION=$expression
    RELEASE_EXPRESSION_FILE=$call_file
    export RELEASE_EXPRESSION RELEASE_EXPRESSION_FILE
    vm_begin start_clean
    vm_words -mode interactive
    vm_config
    vm_words -noshell +Bd
    eval_program "${call_timeout:-0}"
    vm_words -eval "$program"
    eval "set -- $call_arguments"
    vm_plain "$@"
    eval "exec $vm_line"
}
