#pragma once
/*
 * Instructions of upgrade scripts in their full forms, those that systools reaches after
 * filling in what was left out (otp.md 5.1):
 *
 *     {update, M, ModType, Timeout, Change, Pre, Post, Deps}
 *     {load_module, M, Pre, Post, Deps}    {add_module, M, Deps}   {delete_module, M,
 * Deps} {add_application, A, Type}
 */
#include "relc/otp/appup.h"

/*
 * The full form of an instruction. One of a form that systools does not know is an error
 * that shows it, with file as its place.
 */
int instruction_expand(struct arena *arena, const struct term *instruction,
                       const char *file, struct term *full,
                       struct err *err) ERR_MUST_CHECK;

/* The check alone, of one in full form; messages show it as it was written. */
int instruction_check(const struct term *full, const struct term *written,
                      const char *file, struct err *err) ERR_MUST_CHECK;

/* True for one in full form that depends on other modules; *deps is then their list. */
bool instruction_depends(const struct term *full, const struct term **deps);

/* Sets the err "PROBLEM in INSTRUCTION", the instruction printed, at file. Returns -1. */
int instruction_error(struct err *err, const char *file, const struct term *instruction,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));
