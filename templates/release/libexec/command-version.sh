# shellcheck shell=sh
# version: prints the name and version of the release

info "$REL_NAME $REL_VSN"
