#pragma once
/*
 * How atoms are spelled: which need quotes (otp.md 2.2 and 2.3).
 */
#include "relc/base/str.h"

/* Length in bytes of the name (atom, variable, word) that starts at `at`; 0 if none. */
size_t atom_name_length(const char *at, const char *end);

/* True when an unquoted atom may begin with the character at `at` (at < end). */
bool atom_starts(const char *at, const char *end);

/* Reserved words; those that OTP 27 added are told apart by atom_is_new_word. */
bool atom_is_word(str name);
bool atom_is_new_word(str name);

/* True when the OTP release (0: newest) prints the atom without quotes. */
bool atom_is_plain(str name, int otp);
