#pragma once
/*
 * Applications of an earlier release that the next one has in the same version, most of
 * them with the very same files. Those need not be unpacked: while the package of the
 * earlier release is read its files are compared with those of the next one.
 *
 * What is looked at of such an application is in ebin/ and priv/.
 */
#include "relc/image/unpack.h"
#include "relc/otp/release.h"

struct view_twins {
    struct arena *arena;
    struct map by_dir; /* "lib/NAME-VSN" -> struct twin * */
};

/* The applications of the next release that may have a twin; without one (NULL) none. */
void view_twins_init(struct view_twins *twins, struct arena *arena,
                     const struct release *next);

/*
 * What becomes of an entry; false when it does not belong to such an application. The
 * .app file is always unpacked.
 */
bool view_twins_take(struct view_twins *twins, str path, enum unpack_kind kind,
                     enum unpack_take *take, const char **other);

/* As unpack_rules.compared. */
void view_twins_compared(struct view_twins *twins, str path, bool same);

/*
 * Says that the files of an application ("lib/NAME-VSN") are known to be the same; in the
 * package nothing of it is looked at. False when it is none of those.
 */
bool view_twins_know(struct view_twins *twins, str dir);

/*
 * To be called when all is unpacked into root. Applications that are not wholly the same
 * are made complete there, with links to the files that were; those that were known to
 * be are links themselves.
 */
int view_twins_settle(struct view_twins *twins, str root, struct err *err) ERR_MUST_CHECK;

/* The same application of the next release, or NULL when the files are not the same. */
const struct app *view_twins_get(const struct view_twins *twins, const struct app *app);
