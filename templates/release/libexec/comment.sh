# shellcheck shell=sh
# The comment that a script begins with: the text of commands' and hooks' help.

# comment_read FILE: sets $comment to the lines of the first comment, without number signs. What
# is for the system or for shellcheck is not part of it. Fails if there is none.
comment_read() {
    comment=''
    while IFS= read -r _line || [ -n "$_line" ]; do
        case $_line in
        '#!'* | '# shellcheck '*) continue ;;
        '# '*) _line=${_line#\# } ;;
        '#'*) _line=${_line#\#} ;;
        '') [ -n "$comment" ] || continue; break ;;
        *) break ;;
        esac
        [ -n "$comment$_line" ] || continue
        comment=$comment$_line$newline
    done <"$1"
    while :; do
        case $comment in
        *"$newline") comment=${comment%"$newline"} ;;
        *) break ;;
        esac
    done
    [ -n "$comment" ]
}

# custom_names: sets $custom to the names of the custom commands, separated by newlines; what
# the file of each is, command_custom says.
custom_names() {
    custom=''
    for _file in "$REL_DIR"/commands/*.*; do
        _name=${_file##*/}
        _name=${_name%.*}
        case $newline$custom in *"$newline$_name$newline"*) continue ;; esac
        command_custom "$_name" || continue
        custom=$custom$_name$newline
    done
}
