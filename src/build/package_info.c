#include "build/package_info.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/term/print.h"
#include "relc/term/read.h"

enum { FORMAT = 1 };

static struct term key(struct arena *arena, const char *name, struct term value)
{
    return term_pair(arena, term_atom(str_of(name)), value);
}

static struct term text(struct arena *arena, const char *name, str value)
{
    return key(arena, name, term_string(arena, value));
}

static struct term flag(struct arena *arena, const char *name, bool value)
{
    return key(arena, name, term_atom(value ? STR("true") : STR("false")));
}

static struct term texts(struct arena *arena, const char *name, const struct names *names)
{
    struct term_builder list = {.arena = arena};
    for (size_t i = 0; names && i < names->count; i++)
        term_add(&list, term_string(arena, names->items[i]));
    return key(arena, name, term_built_list(&list));
}

str package_info_path(struct arena *arena, const struct plan *plan)
{
    return path_join(arena, release_vsn_dir(arena, &plan->release), STR("package.info"));
}

str package_info_text(struct arena *arena, const struct plan *plan,
                      const struct package_info *info)
{
    const struct release *release = &plan->release;
    const struct term none = term_atom(STR("none"));
    const struct term keys[] = {
        text(arena, "name", release->name),
        text(arena, "vsn", release->vsn),
        key(arena, "kind", term_atom(info->needs ? STR("delta") : STR("full"))),
        texts(arena, "from", info->from),
        text(arena, "otp", arena_printf(arena, "%d", plan->target.release)),
        text(arena, "erts", release->erts_vsn),
        flag(arena, "includes_erts", plan->include_erts),
        plan->has_elixir ? text(arena, "elixir", plan->elixir_vsn)
                         : key(arena, "elixir", none),
        flag(arena, "restarts_emulator", info->restarts_emulator),
        texts(arena, "needs", info->needs),
    };
    struct term package =
        term_triple(arena, term_atom(STR("package")), term_integer(FORMAT),
                    term_list(arena, keys, sizeof keys / sizeof *keys));
    return term_file(arena, &package, plan->target.release);
}

int package_info_read(struct arena *arena, str rel_dir, str *kind, str *otp,
                      struct err *err)
{
    struct term info;
    str file = path_join(arena, rel_dir, STR("package.info"));
    *kind = *otp = (str){NULL, 0};
    if (!fs_is_file(file.ptr))
        return 0;
    if (term_read_file_first(arena, file.ptr, &info, err) != 0)
        return -1;
    if (!term_is_tuple(&info, "package", 3) ||
        !term_is_proper_list(&info.as.list.items[2]))
        return 0;
    const struct term *keys = &info.as.list.items[2];
    const struct term *kind_term = term_lookup(keys, "kind");
    const struct term *otp_term = term_lookup(keys, "otp");
    if (kind_term && kind_term->kind == TERM_ATOM)
        *kind = kind_term->as.atom;
    if (otp_term && !term_to_text(arena, otp_term, otp))
        *otp = (str){NULL, 0};
    return 0;
}
