#include "relc/beam/facts.h"

#include "relc/base/map.h"

#include <string.h>

/* The chunks that beam_lib:md5 takes in, of all OTP releases (otp.md 6.3), and Attr. */
static const char significant[][5] = {"Atom", "AtU8", "Code", "StrT", "ImpT", "ExpT",
                                      "FunT", "LitT", "Meta", "Recs", "DbgB", "Attr"};

/* FunT: a count, then entries whose last part is a number of no meaning to the code. */
enum { FUNT_HEAD = 4, FUNT_ENTRY = 24, FUNT_UNIQUE = 4 };

static bool same_functions(str a, str b)
{
    if (a.len < FUNT_HEAD || (a.len - FUNT_HEAD) % FUNT_ENTRY != 0 || a.len != b.len)
        return str_eq(a, b);
    if (memcmp(a.ptr, b.ptr, FUNT_HEAD) != 0)
        return false;
    for (size_t at = FUNT_HEAD; at < a.len; at += FUNT_ENTRY)
        if (memcmp(a.ptr + at, b.ptr + at, FUNT_ENTRY - FUNT_UNIQUE) != 0)
            return false;
    return true;
}

/*
 * Elixir's stripping does not know Meta (the features that a module was compiled with,
 * OTP 25), which says nothing of the code: only two of them can differ.
 */
static bool may_lack(const char *id)
{
    return memcmp(id, "Meta", 4) == 0;
}

bool beam_same_code(const struct beam *a, const struct beam *b)
{
    for (size_t i = 0; i < sizeof significant / sizeof *significant; i++) {
        const struct beam_chunk *x = beam_chunk(a, significant[i]);
        const struct beam_chunk *y = beam_chunk(b, significant[i]);
        if ((!x && !y) || ((!x || !y) && may_lack(significant[i])))
            continue;
        if (!x || !y)
            return false;
        bool is_funs = memcmp(significant[i], "FunT", 4) == 0;
        if (is_funs ? !same_functions(x->data, y->data) : !str_eq(x->data, y->data))
            return false;
    }
    return true;
}

/* Tables are read into scratch; what is kept of them is copied into the arena. */
struct reading {
    struct arena *arena;
    struct arena *scratch;
    const struct beam *beam;
    struct module_facts *facts;
    struct err *err;
};

static int read_vsn(struct reading *reading)
{
    struct term vsn;
    if (beam_vsn(reading->scratch, reading->beam, &vsn, reading->err) != 0)
        return -1;
    reading->facts->vsn = term_copy(reading->arena, &vsn);
    return 0;
}

static int read_behaviours(struct reading *reading)
{
    struct module_facts *facts = reading->facts;
    str *names;
    if (beam_behaviours(reading->scratch, reading->beam, &names, &facts->behaviour_count,
                        reading->err))
        return -1;
    facts->behaviours =
        arena_array(reading->arena, facts->behaviour_count, sizeof *facts->behaviours);
    for (size_t i = 0; i < facts->behaviour_count; i++)
        facts->behaviours[i] = arena_str(reading->arena, names[i]);
    return 0;
}

static int read_imports(struct reading *reading)
{
    struct module_facts *facts = reading->facts;
    struct beam_functions functions;
    struct map seen;
    if (beam_imports(reading->scratch, reading->beam, &functions, reading->err) != 0)
        return -1;
    map_init(&seen, reading->scratch);
    map_put(&seen, reading->beam->module, facts);
    for (size_t i = 0; i < functions.count; i++)
        map_put(&seen, functions.items[i].module, facts);
    facts->import_count = seen.count - 1;
    facts->imports =
        arena_array(reading->arena, facts->import_count, sizeof *facts->imports);
    for (size_t i = 0; i < facts->import_count; i++)
        facts->imports[i] = arena_str(reading->arena, seen.entries[i + 1].key);
    return 0;
}

static bool is_code_change(const struct beam_function *function)
{
    if (str_eqz(function->name, "code_change"))
        return function->arity == 3 || function->arity == 4;
    return str_eqz(function->name, "system_code_change") && function->arity == 4;
}

static int read_exports(struct reading *reading)
{
    struct module_facts *facts = reading->facts;
    struct beam_functions functions;
    if (beam_exports(reading->scratch, reading->beam, &functions, reading->err) != 0)
        return -1;
    for (size_t i = 0; i < functions.count; i++) {
        const struct beam_function *function = &functions.items[i];
        facts->has_code_change |= is_code_change(function);
        facts->has_child_spec |=
            str_eqz(function->name, "child_spec") && function->arity == 1;
    }
    return 0;
}

int module_facts(struct arena *arena, const struct beam *beam, struct module_facts *facts,
                 struct err *err)
{
    struct arena scratch;
    struct reading reading = {arena, &scratch, beam, facts, err};
    *facts = (struct module_facts){
        .file = arena_strz(arena, str_of(beam->file)),
        .name = arena_str(arena, beam->module),
        .has_attributes = beam_chunk(beam, "Attr") != NULL,
    };
    arena_init(&scratch);
    int failed = read_vsn(&reading) != 0 || read_behaviours(&reading) != 0 ||
                 read_imports(&reading) != 0 || read_exports(&reading) != 0;
    arena_release(&scratch);
    return failed ? -1 : 0;
}

bool module_has_behaviour(const struct module_facts *facts, const char *name)
{
    for (size_t i = 0; i < facts->behaviour_count; i++)
        if (str_eqz(facts->behaviours[i], name))
            return true;
    return false;
}

int module_require_attributes(const struct module_facts *facts, struct err *err)
{
    if (facts->has_attributes)
        return 0;
    err_set(err, ERR_INPUT,
            "module '%.*s' has no attributes (no chunk Attr): it was stripped, and a "
            "running node cannot load or replace it",
            STR_ARG(facts->name));
    err_hint(err, "keep the chunk Attr when stripping, as mix release does and "
                  "beam_lib:strip_files/2 with [\"Attr\"]");
    return err_at(err, facts->file, 0, 0);
}
