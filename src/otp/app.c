#include "relc/otp/app.h"

#include "relc/base/map.h"
#include "relc/term/print.h"
#include "relc/term/read.h"

/* No release before this one refuses a name that is twice in a list of a .app file. */
enum { OTP_WITHOUT_DUPLICATES = 26 };

/* Before this release the key is unknown, and what it names is needed. */
enum { OTP_WITH_OPTIONAL = 24 };

struct app_reader {
    struct arena *arena;
    const struct term *keys;
    const char *file;
    int otp;
    struct err *err;
};

bool names_have(const struct names *names, str name)
{
    for (size_t i = 0; i < names->count; i++)
        if (str_eq(names->items[i], name))
            return true;
    return false;
}

str module_name(struct arena *arena, str written)
{
    bool elixir = written.len && written.ptr[0] >= 'A' && written.ptr[0] <= 'Z' &&
                  !str_starts(written, STR("Elixir."));
    return elixir ? arena_printf(arena, "Elixir.%.*s", STR_ARG(written)) : written;
}

size_t names_count(const struct names *names, size_t limit, str name)
{
    size_t count = 0;
    for (size_t i = 0; i < names->count && i < limit; i++)
        count += str_eq(names->items[i], name);
    return count;
}

struct term names_term(struct arena *arena, const struct names *names)
{
    struct term *items = arena_array(arena, names->count, sizeof *items);
    for (size_t i = 0; i < names->count; i++)
        items[i] = term_atom(names->items[i]);
    return term_list(arena, items, names->count);
}

static int bad_key(struct app_reader *reader, const char *key, const struct term *value,
                   const char *expected)
{
    struct buf text;
    buf_init(&text);
    term_print_line(&text, value, 0);
    if (text.len > 60) {
        text.len = 57;
        buf_add(&text, "...", 3);
    }
    err_set(reader->err, ERR_FORMAT, "key '%s' must be %s, not %s", key, expected,
            text.ptr);
    buf_release(&text);
    return err_at(reader->err, reader->file, 0, 0);
}

static int missing_key(struct app_reader *reader, const char *key)
{
    err_set(reader->err, ERR_FORMAT, "key '%s' is missing", key);
    return err_at(reader->err, reader->file, 0, 0);
}

/* A text that must be there (fallback NULL) or defaults to fallback. */
static int read_text(struct app_reader *reader, const char *key, const char *fallback,
                     str *text, struct term *term)
{
    const struct term *value = term_lookup(reader->keys, key);
    if (!value && !fallback)
        return missing_key(reader, key);
    *term = value ? *value : term_string(reader->arena, str_of(fallback));
    if (!term_to_text(reader->arena, term, text))
        return bad_key(reader, key, term, "a string");
    return 0;
}

static int check_no_duplicates(struct app_reader *reader, const char *key,
                               const struct names *names)
{
    struct map seen;
    map_init(&seen, reader->arena);
    for (size_t i = 0; i < names->count; i++) {
        if (!map_put(&seen, names->items[i], names->items))
            continue;
        err_set(reader->err, ERR_FORMAT, "key '%s' names '%.*s' twice", key,
                STR_ARG(names->items[i]));
        err_hint(reader->err, "OTP %d and later refuse this", OTP_WITHOUT_DUPLICATES);
        return err_at(reader->err, reader->file, 0, 0);
    }
    return 0;
}

static int read_names(struct app_reader *reader, const char *key, bool required,
                      struct names *names)
{
    const struct term *value = term_lookup(reader->keys, key);
    if (!value)
        return required ? missing_key(reader, key) : 0;
    if (!term_is_proper_list(value))
        return bad_key(reader, key, value, "a list of atoms");
    names->items = arena_array(reader->arena, value->as.list.count, sizeof(str));
    for (size_t i = 0; i < value->as.list.count; i++) {
        const struct term *item = &value->as.list.items[i];
        if (item->kind != TERM_ATOM)
            return bad_key(reader, key, value, "a list of atoms");
        names->items[names->count++] = item->as.atom;
    }
    if (reader->otp >= OTP_WITHOUT_DUPLICATES)
        return check_no_duplicates(reader, key, names);
    return 0;
}

static int read_optional(struct app_reader *reader, struct names *names)
{
    if (reader->otp < OTP_WITH_OPTIONAL)
        return 0;
    return read_names(reader, "optional_applications", false, names);
}

/* A list of {Atom, _}. */
static bool is_pairs(const struct term *term)
{
    if (!term_is_proper_list(term))
        return false;
    for (size_t i = 0; i < term->as.list.count; i++) {
        const struct term *item = &term->as.list.items[i];
        if (!term_is_tuple(item, NULL, 2) || item->as.list.items[0].kind != TERM_ATOM)
            return false;
    }
    return true;
}

static bool is_mod(const struct term *value)
{
    return term_is_nil(value) ||
           (term_is_tuple(value, NULL, 2) && value->as.list.items[0].kind == TERM_ATOM);
}

static bool is_phases(const struct term *value)
{
    return term_is_atom(value, "undefined") || is_pairs(value);
}

static bool is_limit(const struct term *value)
{
    return term_is_atom(value, "infinity") ||
           (value->kind == TERM_INTEGER && value->as.integer > 0) ||
           (value->kind == TERM_BIG && !value->as.big.negative);
}

static int read_term(struct app_reader *reader, const char *key,
                     bool (*is_valid)(const struct term *), const char *expected,
                     struct term fallback, struct term *term)
{
    const struct term *value = term_lookup(reader->keys, key);
    *term = value ? *value : fallback;
    return is_valid(term) ? 0 : bad_key(reader, key, term, expected);
}

static int read_keys(struct app_reader *reader, struct app *app)
{
    const struct term infinity = term_atom(STR("infinity"));
    const char *limit = "a positive integer or infinity";
    struct term vsn;
    str text;
    if (read_text(reader, "vsn", NULL, &app->vsn, &vsn) ||
        read_text(reader, "id", "", &text, &app->id) ||
        read_text(reader, "description", NULL, &text, &app->description) ||
        read_names(reader, "modules", true, &app->modules) ||
        read_names(reader, "registered", true, &app->registered) ||
        read_names(reader, "applications", true, &app->applications) ||
        read_optional(reader, &app->optional) ||
        read_names(reader, "included_applications", false, &app->included) ||
        read_term(reader, "mod", is_mod, "{Module, Argument} or []", term_nil(),
                  &app->mod) ||
        read_term(reader, "start_phases", is_phases, "a list of {Phase, Argument}",
                  term_atom(STR("undefined")), &app->start_phases) ||
        read_term(reader, "env", is_pairs, "a list of {Key, Value}", term_nil(),
                  &app->env) ||
        read_term(reader, "maxT", is_limit, limit, infinity, &app->max_t) ||
        read_term(reader, "maxP", is_limit, limit, infinity, &app->max_p) ||
        read_term(reader, "compile_env", term_is_proper_list, "a list", term_nil(),
                  &app->compile_env))
        return -1;
    return 0;
}

int app_parse(struct arena *arena, const struct term *term, str name, const char *file,
              int otp, struct app *app, struct err *err)
{
    if (!term_is_tuple(term, "application", 3) ||
        term->as.list.items[1].kind != TERM_ATOM ||
        !term_is_proper_list(&term->as.list.items[2])) {
        err_set(err, ERR_FORMAT,
                "this is no application: {application, Name, Keys} is "
                "expected");
        return err_at(err, file, 0, 0);
    }
    struct app_reader reader = {arena, &term->as.list.items[2], file, otp, err};
    *app = (struct app){.name = term->as.list.items[1].as.atom, .file = file};
    if (!str_eq(app->name, name)) {
        err_set(err, ERR_FORMAT,
                "the application is called '%.*s', but its file '%.*s.app'",
                STR_ARG(app->name), STR_ARG(name));
        return err_at(err, file, 0, 0);
    }
    return read_keys(&reader, app);
}

int app_read(struct arena *arena, const char *dir, str name, int otp, struct app *app,
             struct err *err)
{
    struct term term;
    str file = arena_printf(arena, "%s/ebin/%.*s.app", dir, STR_ARG(name));
    if (term_read_file_first(arena, file.ptr, &term, err) != 0 ||
        app_parse(arena, &term, name, file.ptr, otp, app, err) != 0)
        return -1;
    app->dir = dir;
    return 0;
}
