/*
 * What the chunk Attr says: a list of {Key, Values} in the external term format. A key
 * may come several times; its values are then all of them, as in beam_lib.
 */
#include "container.h"

#include "relc/term/etf.h"

static bool is_attribute(const struct term *term)
{
    return term_is_tuple(term, NULL, 2) && term->as.list.items[0].kind == TERM_ATOM &&
           term->as.list.items[1].kind == TERM_LIST;
}

static bool are_attributes(const struct term *list)
{
    if (!term_is_proper_list(list))
        return false;
    for (size_t i = 0; i < list->as.list.count; i++)
        if (!is_attribute(&list->as.list.items[i]))
            return false;
    return true;
}

int beam_attributes(struct arena *arena, const struct beam *beam, struct term *attributes,
                    struct err *err)
{
    const struct beam_chunk *chunk = beam_chunk(beam, "Attr");
    struct term list = term_nil();
    if (chunk && etf_decode(arena, chunk->data, "Attr", &list, err) < 0)
        return err_wrap(err, "'%s' is damaged: chunk 'Attr'", beam->file);
    if (!are_attributes(&list))
        return beam_damaged(err, beam->file,
                            "is damaged: chunk 'Attr' is no list of attributes");
    *attributes = list;
    return 0;
}

static bool has_key(const struct term *pair, const char *const keys[2])
{
    return term_is_atom(&pair[0], keys[0]) || term_is_atom(&pair[0], keys[1]);
}

/* The values of all attributes that have one of two keys (which may be the same). */
static int collect(struct arena *arena, const struct beam *beam,
                   const char *const keys[2], struct term_builder *values,
                   struct err *err)
{
    struct term list;
    *values = (struct term_builder){.arena = arena};
    if (beam_attributes(arena, beam, &list, err) < 0)
        return -1;
    for (size_t i = 0; i < list.as.list.count; i++) {
        const struct term *pair = list.as.list.items[i].as.list.items;
        if (!has_key(pair, keys))
            continue;
        if (!term_is_proper_list(&pair[1]))
            return beam_damaged(err, beam->file,
                                "is damaged: attribute '%.*s' is an improper list",
                                STR_ARG(pair[0].as.atom));
        for (size_t j = 0; j < pair[1].as.list.count; j++)
            term_add(values, pair[1].as.list.items[j]);
    }
    return 0;
}

int beam_behaviours(struct arena *arena, const struct beam *beam, str **names,
                    size_t *count, struct err *err)
{
    static const char *const keys[2] = {"behaviour", "behavior"};
    struct term_builder values;
    if (collect(arena, beam, keys, &values, err) < 0)
        return -1;
    *names = arena_array(arena, values.count, sizeof **names);
    *count = 0;
    for (size_t i = 0; i < values.count; i++)
        if (values.items[i].kind == TERM_ATOM)
            (*names)[(*count)++] = values.items[i].as.atom;
    return 0;
}

int beam_vsn(struct arena *arena, const struct beam *beam, struct term *vsn,
             struct err *err)
{
    static const char *const keys[2] = {"vsn", "vsn"};
    struct term_builder values;
    if (collect(arena, beam, keys, &values, err) < 0)
        return -1;
    *vsn = term_built_list(&values);
    return 0;
}
