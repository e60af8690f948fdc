#pragma once
/*
 * Release upgrade files: the instructions by which release_handler takes a running node
 * from one release to another and back. Equal, term for term, to what
 * systools:make_relup makes of the same releases, appups and options (otp.md 5.2 to 5.4).
 *
 * Where several orders of modules that depend on each other are right, systools' depends
 * on the numbers of atoms in its VM; relc always takes first, of the modules (or rings of
 * modules) that no other one still waiting depends on, that which stands first in the
 * appups.
 *
 * Not carried over: the layout for releases whose sasl is older than 2.2 (before R15).
 */
#include "relc/base/map.h"
#include "relc/base/report.h"
#include "relc/otp/appup.h"
#include "relc/otp/release.h"

/* A release to come from and to go back to. */
struct relup_base {
    const struct release *release;  /* one that release_check has seen */
    const struct term *description; /* any term, for release_handler's user; NULL: [] */
};

struct relup_input {
    const struct release *top; /* the new release, which release_check has seen */
    const struct relup_base *bases;
    size_t base_count;
    const struct map *appups;    /* application of top -> const struct appup * */
    int otp;                     /* OTP release of top; up to 23 the order differs */
    bool restart_emulator;       /* restart at the end in any case */
    const struct report *report; /* gets what systools warns of; may be NULL */
};

/*
 * {Vsn, Ups, Downs}. What systools refuses is an error, with the appup's file as its
 * place: an application without an appup or with none for the version, an instruction
 * that is wrong, depends on a module without one, or is about an unknown application or
 * module; modules suspended and not resumed, stopped and not started; a release without
 * sasl.
 */
int relup_make(struct arena *arena, const struct relup_input *input, struct term *relup,
               struct err *err) ERR_MUST_CHECK;

/* True when a script (any of a relup) restarts the emulator, at its start or its end. */
bool relup_script_restarts(const struct term *script);
bool relup_restarts(const struct term *relup);
