/*
 * Consolidated protocols outside of an application cannot be replaced: release_handler
 * knows applications only (otp.md 7.2).
 */
#include "build/judge.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

static bool outside(const struct upgrade_side *side)
{
    return side->protocols_dir && !side->protocols;
}

static int same_protocol(struct checker *checker, str name, bool *same)
{
    const char *old_dir = checker->old_side->protocols_dir,
               *new_dir = checker->new_side->protocols_dir;
    *same = false;
    if (!fs_is_file(path_join(checker->arena, str_of(old_dir), name).ptr))
        return 0;
    return same_code_in(checker, old_dir, new_dir, name, same);
}

int check_protocols(struct checker *checker)
{
    const struct upgrade_side *old_side = checker->old_side,
                              *new_side = checker->new_side;
    const str suffix = STR(".beam");
    struct fs_list list;
    if (!old_side->protocols_dir || !new_side->protocols_dir ||
        !(outside(old_side) || outside(new_side)))
        return 0;
    if (fs_list(checker->arena, new_side->protocols_dir, &list, checker->err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        str file = list.entries[i].name;
        bool same;
        if (!str_ends(file, suffix))
            continue;
        if (same_protocol(checker, file, &same) != 0)
            return -1;
        str name = str_slice(file, 0, file.len - suffix.len);
        if (same || (acts_get(&checker->relup, name) & ACT_LOAD))
            continue;
        struct spot spot = {.module = name};
        finding_add(
            checker, PROTOCOLS_NOT_UPGRADED, &spot,
            "build both versions with relc, where protocols are an application, "
            "and replace the release once",
            "the consolidated protocol changed, but version %.*s has it outside "
            "of all applications: the node keeps the old one and does not know "
            "the new implementations",
            STR_ARG(outside(old_side) ? old_side->release->vsn : new_side->release->vsn));
    }
    return 0;
}
