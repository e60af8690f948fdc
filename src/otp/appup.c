#include "relc/otp/appup.h"

#include "instruction.h"
#include "pattern.h"

#include "relc/term/print.h"

static int bad_appup(struct err *err, const char *file, const char *what)
{
    err_set(err, ERR_FORMAT, "this is no appup: %s", what);
    return err_at(err, file, 0, 0);
}

/* True for a version of an appup: a string or a binary of whole bytes. */
static bool is_version(struct arena *arena, const struct term *term)
{
    str text;
    return (term->kind == TERM_BINARY && term->as.binary.bits % 8 == 0) ||
           term_to_text(arena, term, &text);
}

static int check_entries(struct arena *arena, const struct term *entries,
                         const char *file, struct err *err)
{
    if (!term_is_proper_list(entries))
        return bad_appup(err, file, "the ways up and down must be lists");
    for (size_t i = 0; i < entries->as.list.count; i++) {
        const struct term *entry = &entries->as.list.items[i];
        if (!term_is_tuple(entry, NULL, 2) ||
            !is_version(arena, &entry->as.list.items[0]))
            return instruction_error(err, file, entry,
                                     "{Version, Instructions} is expected, Version a "
                                     "string or a binary (a regular expression),");
    }
    return 0;
}

int appup_parse(struct arena *arena, const struct term *term, const char *file,
                struct appup *appup, struct err *err)
{
    const struct term *items = term->as.list.items;
    if (!term_is_tuple(term, NULL, 3) || !is_version(arena, &items[0]))
        return bad_appup(err, file,
                         "{Vsn, [{UpFrom, Instructions}], [{DownTo, Instructions}]} is "
                         "expected");
    if (check_entries(arena, &items[1], file, err) != 0 ||
        check_entries(arena, &items[2], file, err) != 0)
        return -1;
    *appup = (struct appup){file, items[0], &items[1], &items[2]};
    return 0;
}

/* As systools: a string is the version itself, a binary an expression for all of it. */
static int fits(struct arena *arena, const struct term *pattern, str version,
                const char *file, bool *result, struct err *err)
{
    str text;
    if (pattern->kind != TERM_BINARY) {
        *result = term_to_text(arena, pattern, &text) && str_eq(text, version);
        return 0;
    }
    str expression = {(const char *)pattern->as.binary.bytes,
                      pattern->as.binary.bits / 8};
    if (pattern_matches_whole(expression, version, result, err) != 0)
        return err_at(err, file, 0, 0);
    return 0;
}

static int find_script(struct arena *arena, const struct appup *appup, bool up,
                       str version, const struct term **script, struct err *err)
{
    const struct term *entries = up ? appup->ups : appup->downs;
    *script = NULL;
    for (size_t i = 0; i < entries->as.list.count && !*script; i++) {
        const struct term *entry = entries->as.list.items[i].as.list.items;
        bool found;
        if (fits(arena, &entry[0], version, appup->file, &found, err) != 0)
            return -1;
        if (found)
            *script = &entry[1];
    }
    return 0;
}

int appup_script(struct arena *arena, const struct appup *appup, bool up, str version,
                 const struct term **script, struct err *err)
{
    if (find_script(arena, appup, up, version, script, err) != 0)
        return -1;
    return *script ? appup_check_script(arena, *script, appup->file, err) : 0;
}

int appup_is_for(struct arena *arena, const struct appup *appup, str vsn, bool *is_for,
                 struct err *err)
{
    return fits(arena, &appup->vsn, vsn, appup->file, is_for, err);
}

int appup_covers(struct arena *arena, const struct appup *appup, str old_vsn, str new_vsn,
                 bool *covers, struct err *err)
{
    const struct term *up, *down;
    if (appup_is_for(arena, appup, new_vsn, covers, err) != 0)
        return -1;
    if (!*covers)
        return 0;
    if (find_script(arena, appup, true, old_vsn, &up, err) != 0 ||
        find_script(arena, appup, false, old_vsn, &down, err) != 0)
        return -1;
    *covers = up && down;
    return 0;
}

str appup_versions(struct arena *arena, const struct appup *appup, bool up)
{
    const struct term *entries = up ? appup->ups : appup->downs;
    struct buf text;
    buf_init(&text);
    for (size_t i = 0; i < entries->as.list.count; i++) {
        if (i > 0)
            buf_str(&text, STR(", "));
        term_print_line(&text, &entries->as.list.items[i].as.list.items[0], 0);
    }
    str result = text.len ? arena_str(arena, buf_view(&text)) : STR("none");
    buf_release(&text);
    return result;
}

int appup_check_script(struct arena *arena, const struct term *script, const char *file,
                       struct err *err)
{
    struct term full;
    if (!term_is_proper_list(script)) {
        err_set(err, ERR_INPUT, "instructions must be a list");
        return err_at(err, file, 0, 0);
    }
    for (size_t i = 0; i < script->as.list.count; i++)
        if (instruction_expand(arena, &script->as.list.items[i], file, &full, err) != 0)
            return -1;
    return 0;
}

static struct term append(struct arena *arena, const struct term *a, const struct term *b)
{
    struct term_builder list = {.arena = arena};
    for (size_t i = 0; i < a->as.list.count; i++)
        term_add(&list, a->as.list.items[i]);
    for (size_t i = 0; i < b->as.list.count; i++)
        term_add(&list, b->as.list.items[i]);
    return term_built_list(&list);
}

struct term appup_join(struct arena *arena, const struct appup *first,
                       const struct appup *second)
{
    return term_triple(arena, first->vsn, append(arena, first->ups, second->ups),
                       append(arena, first->downs, second->downs));
}
