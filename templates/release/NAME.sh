# The facts of this version of the release. Sourced by bin/NAME, which has set
# RELEASE_ROOT_DIR and REL_VSN and keeps the command and its arguments in "$@".
# shellcheck shell=sh disable=SC2034

REL_NAME='<%= release_name %>'
REL_ERTS_VSN='<%= erts_vsn %>'
REL_OTP_VSN='<%= otp_vsn %>'
REL_INCLUDES_ERTS='<%= include_erts %>'
REL_HAS_ELIXIR='<%= elixir %>'
REL_ELIXIR_VSN='<%= elixir_vsn %>'
REL_CODE_LOADING_MODE='<%= code_loading_mode %>'
REL_ENVIRONMENT='<%= environment %>'
REL_ERL_OPTS=<%= erl_opts_quoted %>
REL_RUN_ERL_ENV=<%= run_erl_env_quoted %>
REL_REBOOTS_AFTER_CONFIG='<%= reboot_system_after_config %>'

REL_DIR=$RELEASE_ROOT_DIR/releases/$REL_VSN
RELEASE_LIBEXEC_DIR=$REL_DIR/libexec
. "$RELEASE_LIBEXEC_DIR/main.sh"
