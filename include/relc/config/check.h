#pragma once
/*
 * Which texts may be the name of a release, an environment, an application, a version
 * or a cookie. The same rules hold for rel/config.yaml and for the command line.
 *
 * All functions set the err without a place; the caller adds it with err_at.
 */
#include "relc/base/err.h"

enum { COOKIE_MAX_BYTES = 255 };

/*
 * A release's name is part of file names, of the node's name and of shell text: lower
 * case letters, digits and underscores, beginning with a letter.
 */
int check_release_name(str name, struct err *err) ERR_MUST_CHECK;

/* An application's name: as Erlang writes an atom without quotes. */
int check_app_name(str name, struct err *err) ERR_MUST_CHECK;

/* The name of a command of bin/NAME. */
int check_command_name(str name, struct err *err) ERR_MUST_CHECK;

/* An environment's name and a version: what path_is_safe_name allows. */
int check_environment_name(str name, struct err *err) ERR_MUST_CHECK;
int check_version(str version, struct err *err) ERR_MUST_CHECK;

/*
 * A cookie: 1 to 255 printable ASCII characters without blanks. That is what the VM
 * (auth.erl) and erl_call read from a cookie file as it stands, quotes and backslashes
 * included; they cut blanks off the end, and 255 characters is the longest atom.
 */
int check_cookie(str cookie, struct err *err) ERR_MUST_CHECK;
