/*
 * The function tables of a module, each a 4-byte count and then three 4-byte integers
 * an entry (otp.md 6.1): ImpT has atoms of module and function, and the arity; ExpT has
 * the function's atom, the arity, and a label that only the loader needs.
 */
#include "container.h"

enum { ENTRY_SIZE = 12, ARITY_MAX = 255 };

struct table {
    const struct beam *beam;
    const char *chunk;
    struct beam_reader reader;
    size_t count;
};

static int table_begin(struct table *table, struct err *err)
{
    const char *file = table->beam->file;
    uint32_t count = 0;
    str data;
    if (beam_required(table->beam, table->chunk, &data, err) < 0)
        return -1;
    table->reader = beam_reader_of(data);
    if (!beam_take_u32(&table->reader, &count) ||
        count > table->reader.left / ENTRY_SIZE ||
        table->reader.left != (size_t)count * ENTRY_SIZE)
        return beam_damaged(err, file,
                            "is damaged: chunk '%s' counts %lu functions in %zu bytes",
                            table->chunk, (unsigned long)count, data.len);
    table->count = count;
    return 0;
}

static int take_number(struct table *table, uint32_t *value, struct err *err)
{
    if (!beam_take_u32(&table->reader, value))
        return beam_damaged(err, table->beam->file, "is damaged: chunk '%s' is cut off",
                            table->chunk);
    return 0;
}

static int take_atom(struct table *table, str *atom, struct err *err)
{
    const struct beam *beam = table->beam;
    uint32_t index;
    if (take_number(table, &index, err) < 0)
        return -1;
    if (index == 0 || index > beam->atom_count)
        return beam_damaged(err, beam->file,
                            "is damaged: chunk '%s' refers to atom %lu of %zu",
                            table->chunk, (unsigned long)index, beam->atom_count);
    *atom = beam->atoms[index - 1];
    return 0;
}

static int take_arity(struct table *table, uint32_t *arity, struct err *err)
{
    if (take_number(table, arity, err) < 0)
        return -1;
    if (*arity > ARITY_MAX)
        return beam_damaged(err, table->beam->file,
                            "is damaged: chunk '%s' has a function of %lu arguments",
                            table->chunk, (unsigned long)*arity);
    return 0;
}

static int take_import(struct table *table, struct beam_function *function,
                       struct err *err)
{
    if (take_atom(table, &function->module, err) < 0 ||
        take_atom(table, &function->name, err) < 0)
        return -1;
    return take_arity(table, &function->arity, err);
}

static int take_export(struct table *table, struct beam_function *function,
                       struct err *err)
{
    uint32_t label;
    function->module = table->beam->module;
    if (take_atom(table, &function->name, err) < 0 ||
        take_arity(table, &function->arity, err) < 0)
        return -1;
    return take_number(table, &label, err);
}

typedef int take_entry(struct table *, struct beam_function *, struct err *);

static int read_table(struct arena *arena, struct table *table, take_entry *take,
                      struct beam_functions *functions, struct err *err)
{
    if (table_begin(table, err) < 0)
        return -1;
    struct beam_function *items = arena_array(arena, table->count, sizeof *items);
    for (size_t i = 0; i < table->count; i++)
        if (take(table, &items[i], err) < 0)
            return -1;
    *functions = (struct beam_functions){items, table->count};
    return 0;
}

int beam_imports(struct arena *arena, const struct beam *beam,
                 struct beam_functions *functions, struct err *err)
{
    struct table table = {.beam = beam, .chunk = "ImpT"};
    return read_table(arena, &table, take_import, functions, err);
}

int beam_exports(struct arena *arena, const struct beam *beam,
                 struct beam_functions *functions, struct err *err)
{
    struct table table = {.beam = beam, .chunk = "ExpT"};
    return read_table(arena, &table, take_export, functions, err);
}
