/*
 * The check of an instruction's form. The table below has every instruction of appup(4)
 * in its full form, with what each element must be.
 */
#include "instruction.h"

#include "relc/otp/start_type.h"
#include "relc/term/print.h"

/* What an element must be, and how that is said. */
struct element {
    bool (*is_valid)(const struct term *);
    const char *what;
};

static bool is_any(const struct term *term)
{
    (void)term;
    return true;
}

static bool is_list(const struct term *term)
{
    return term->kind == TERM_LIST;
}

static bool is_atom(const struct term *term)
{
    return term->kind == TERM_ATOM;
}

static bool is_every(const struct term *term, bool (*is_valid)(const struct term *))
{
    if (!term_is_proper_list(term))
        return false;
    for (size_t i = 0; i < term->as.list.count; i++)
        if (!is_valid(&term->as.list.items[i]))
            return false;
    return true;
}

static bool is_atoms(const struct term *term)
{
    return is_every(term, is_atom);
}

static bool is_one_of(const struct term *term, const char *a, const char *b)
{
    return term_is_atom(term, a) || term_is_atom(term, b);
}

static bool is_purge(const struct term *term)
{
    return is_one_of(term, "soft_purge", "brutal_purge");
}

static bool is_module_type(const struct term *term)
{
    return is_one_of(term, "static", "dynamic");
}

static bool is_direction(const struct term *term)
{
    return is_one_of(term, "up", "down");
}

static bool is_change(const struct term *term)
{
    return term_is_atom(term, "soft") || term_is_tuple(term, "advanced", 2);
}

static bool is_timeout(const struct term *term)
{
    return is_one_of(term, "default", "infinity") ||
           (term->kind == TERM_INTEGER && term->as.integer > 0) ||
           (term->kind == TERM_BIG && !term->as.big.negative);
}

static bool is_start_type(const struct term *term)
{
    return term->kind == TERM_ATOM && start_type_of(term->as.atom) != START_DEFAULT;
}

static bool is_suspendable(const struct term *term)
{
    const struct term *items = term->as.list.items;
    return is_atom(term) ||
           (term_is_tuple(term, NULL, 2) && is_atom(&items[0]) && is_timeout(&items[1]));
}

static bool is_suspendables(const struct term *term)
{
    return is_every(term, is_suspendable);
}

static bool is_code_change(const struct term *term)
{
    return term_is_tuple(term, NULL, 2) && is_atom(&term->as.list.items[0]);
}

static bool is_code_changes(const struct term *term)
{
    return is_every(term, is_code_change);
}

static bool is_nodes(const struct term *term)
{
    const struct term *items = term->as.list.items;
    return is_atoms(term) || (term_is_tuple(term, NULL, 3) && is_atom(&items[0]) &&
                              is_atom(&items[1]) && is_list(&items[2]));
}

#define ANY                                                                              \
    {                                                                                    \
        is_any, "anything"                                                               \
    }
#define MODULE                                                                           \
    {                                                                                    \
        is_atom, "a module (an atom)"                                                    \
    }
#define MODULES                                                                          \
    {                                                                                    \
        is_atoms, "a list of modules"                                                    \
    }
#define APPLICATION                                                                      \
    {                                                                                    \
        is_atom, "an application (an atom)"                                              \
    }
#define FUNCTION                                                                         \
    {                                                                                    \
        is_atom, "a function (an atom)"                                                  \
    }
#define ARGUMENTS                                                                        \
    {                                                                                    \
        is_list, "a list of arguments"                                                   \
    }
#define VERSION                                                                          \
    {                                                                                    \
        is_list, "a version (a string)"                                                  \
    }
#define PURGE                                                                            \
    {                                                                                    \
        is_purge, "soft_purge or brutal_purge"                                           \
    }
#define MODULE_TYPE                                                                      \
    {                                                                                    \
        is_module_type, "static or dynamic"                                              \
    }
#define CHANGE                                                                           \
    {                                                                                    \
        is_change, "soft or {advanced, Extra}"                                           \
    }
#define TIMEOUT                                                                          \
    {                                                                                    \
        is_timeout, "default, infinity or a number of milliseconds"                      \
    }
#define START_TYPE                                                                       \
    {                                                                                    \
        is_start_type, "permanent, transient, temporary, load or none"                   \
    }
#define DIRECTION                                                                        \
    {                                                                                    \
        is_direction, "up or down"                                                       \
    }
#define SUSPENDED                                                                        \
    {                                                                                    \
        is_suspendables, "a list of Module or {Module, Timeout}"                         \
    }
#define CHANGES                                                                          \
    {                                                                                    \
        is_code_changes, "a list of {Module, Extra}"                                     \
    }
#define NODES                                                                            \
    {                                                                                    \
        is_nodes, "a list of nodes or {Module, Function, Arguments}"                     \
    }

enum { MAX_ELEMENTS = 8 };

/* inner: the elements are those of a tuple that is the instruction's only argument. */
static const struct form {
    const char *tag;
    bool inner;
    size_t count; /* of elements, without the tag; 0 for a lone atom */
    struct element elements[MAX_ELEMENTS - 1];
} forms[] = {
    {"update", false, 7, {MODULE, MODULE_TYPE, TIMEOUT, CHANGE, PURGE, PURGE, MODULES}},
    {"load_module", false, 4, {MODULE, PURGE, PURGE, MODULES}},
    {"add_module", false, 2, {MODULE, MODULES}},
    {"delete_module", false, 2, {MODULE, MODULES}},
    {"add_application", false, 2, {APPLICATION, START_TYPE}},
    {"remove_application", false, 1, {APPLICATION}},
    {"restart_application", false, 1, {APPLICATION}},
    {"restart_new_emulator", false, 0, {{0}}},
    {"restart_emulator", false, 0, {{0}}},
    {"load_object_code", true, 3, {APPLICATION, VERSION, MODULES}},
    {"point_of_no_return", false, 0, {{0}}},
    {"load", true, 3, {MODULE, PURGE, PURGE}},
    {"remove", true, 3, {MODULE, PURGE, PURGE}},
    {"purge", false, 1, {MODULES}},
    {"suspend", false, 1, {SUSPENDED}},
    {"resume", false, 1, {MODULES}},
    {"code_change", false, 1, {CHANGES}},
    {"code_change", false, 2, {DIRECTION, CHANGES}},
    {"stop", false, 1, {MODULES}},
    {"start", false, 1, {MODULES}},
    {"sync_nodes", false, 2, {ANY, NODES}},
    {"apply", true, 3, {MODULE, FUNCTION, ARGUMENTS}},
};

enum { FORM_COUNT = sizeof forms / sizeof *forms };

static void print_short(struct buf *out, const struct term *term)
{
    enum { LIMIT = 200 };
    size_t start = out->len;
    term_print_line(out, term, 0);
    if (out->len - start <= LIMIT)
        return;
    out->len = start + LIMIT - 3;
    while (out->len > start && ((unsigned char)out->ptr[out->len] & 0xc0) == 0x80)
        out->len--;
    buf_add(out, "...", 3);
}

int instruction_error(struct err *err, const char *file, const struct term *instruction,
                      const char *format, ...)
{
    struct buf text;
    va_list args;
    buf_init(&text);
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    buf_str(&text, STR(" in "));
    print_short(&text, instruction);
    err_set(err, ERR_INPUT, "%s", text.ptr);
    buf_release(&text);
    return err_at(err, file, 0, 0);
}

/* The tag of an instruction, or NULL. */
static const struct term *tag_of(const struct term *term)
{
    if (term->kind == TERM_TUPLE && term->as.list.count > 0)
        term = &term->as.list.items[0];
    return term->kind == TERM_ATOM ? term : NULL;
}

static int unknown(const struct term *instruction, const struct term *tag,
                   const char *file, struct err *err)
{
    const char *names[FORM_COUNT];
    for (size_t i = 0; i < FORM_COUNT; i++)
        names[i] = forms[i].tag;
    const char *nearest = tag ? str_nearest(tag->as.atom, names, FORM_COUNT) : NULL;
    instruction_error(err, file, instruction, "unknown instruction");
    if (nearest)
        err_hint(err, "did you mean %s?", nearest);
    return -1;
}

/* The elements of an instruction if they are as many as the form has, else NULL. */
static const struct term *elements_of(const struct term *term, const struct form *form)
{
    static const struct term none;
    if (form->count == 0)
        return term->kind == TERM_ATOM ? &none : NULL;
    if (form->inner)
        return term_is_tuple(term, NULL, 2) &&
                       term_is_tuple(&term->as.list.items[1], NULL, form->count)
                   ? term->as.list.items[1].as.list.items
                   : NULL;
    return term_is_tuple(term, NULL, form->count + 1) ? term->as.list.items + 1 : NULL;
}

static int check_elements(const struct term *instruction, const struct form *form,
                          const struct term *elements, const char *file, struct err *err)
{
    for (size_t i = 0; i < form->count; i++) {
        if (form->elements[i].is_valid(&elements[i]))
            continue;
        struct buf text;
        buf_init(&text);
        print_short(&text, &elements[i]);
        instruction_error(err, file, instruction, "%s must be %s", text.ptr,
                          form->elements[i].what);
        buf_release(&text);
        return -1;
    }
    return 0;
}

int instruction_check(const struct term *full, const struct term *written,
                      const char *file, struct err *err)
{
    const struct term *tag = tag_of(full);
    bool known = false;
    for (size_t i = 0; tag && i < FORM_COUNT; i++) {
        if (!term_is_atom(tag, forms[i].tag))
            continue;
        const struct term *elements = elements_of(full, &forms[i]);
        if (elements)
            return check_elements(written, &forms[i], elements, file, err);
        known = true;
    }
    if (!known)
        return unknown(written, tag, file, err);
    return instruction_error(err, file, written, "wrong number of elements");
}
