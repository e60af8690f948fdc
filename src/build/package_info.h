#pragma once
/*
 * releases/VSN/package.info: what a node has to know of a package before it unpacks it.
 * The commands of bin/NAME that install upgrades read it (docs/upgrading.md).
 *
 *     {package, 1, [{name, "demo"}, {vsn, "0.2.0"}, {kind, full | delta},
 *                   {from, ["0.1.0"]},             versions that the relup leads up from
 *                   {otp, "25"}, {erts, "13.1.5"}, {includes_erts, true},
 *                   {elixir, "1.14.0"},            or none
 *                   {restarts_emulator, false},
 *                   {needs, ["lib/kernel-8.5.3"]}  what a delta leaves out
 *                  ]}.
 */
#include "relc/build/plan.h"

struct package_info {
    const struct names *from;  /* NULL: no upgrade */
    const struct names *needs; /* NULL: a full package */
    bool restarts_emulator;
};

/* "releases/VSN/package.info". */
str package_info_path(struct arena *arena, const struct plan *plan);

str package_info_text(struct arena *arena, const struct plan *plan,
                      const struct package_info *info);

/*
 * What the package.info in a release's folder releases/VSN says: its kind, full or delta,
 * and its OTP; ptr NULL for what it does not say, or when there is none.
 */
int package_info_read(struct arena *arena, str rel_dir, str *kind, str *otp,
                      struct err *err) ERR_MUST_CHECK;
