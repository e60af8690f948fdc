#include "config/migrate/moved.h"

#include "relc/config/settings.h"

#include <string.h>

static struct moved_profile *add_profile(struct moved *moved,
                                         struct moved_profile **profiles, size_t *count,
                                         size_t *capacity, str name)
{
    struct moved_profile *profile = moved_find(*profiles, *count, name);
    if (profile) {
        profile->count = 0;
        return profile;
    }
    *profiles = arena_grow(moved->arena, *profiles, *count, capacity, sizeof **profiles);
    profile = &(*profiles)[(*count)++];
    *profile = (struct moved_profile){.name = arena_str(moved->arena, name)};
    return profile;
}

struct moved_profile *moved_release(struct moved *moved, str name)
{
    struct moved_profile *profile = add_profile(
        moved, &moved->releases, &moved->release_count, &moved->release_capacity, name);
    profile->is_release = true;
    return profile;
}

struct moved_profile *moved_environment(struct moved *moved, str name)
{
    return add_profile(moved, &moved->environments, &moved->environment_count,
                       &moved->environment_capacity, name);
}

struct moved_profile *moved_find(struct moved_profile *profiles, size_t count, str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(profiles[i].name, name))
            return &profiles[i];
    return NULL;
}

const struct moved_line *moved_get(const struct moved_profile *profile, const char *name)
{
    for (size_t i = 0; i < profile->count; i++)
        if (profile->lines[i].name.ptr && str_eqz(profile->lines[i].name, name))
            return &profile->lines[i];
    return NULL;
}

bool moved_has(const struct moved_profile *profile, const char *name)
{
    return moved_get(profile, name) != NULL;
}

static void add_line(struct moved *moved, struct moved_profile *profile, str name,
                     str text)
{
    struct moved_line *known =
        name.ptr ? (struct moved_line *)moved_get(profile, name.ptr) : NULL;
    if (known) {
        known->text = text;
        return;
    }
    profile->lines = arena_grow(moved->arena, profile->lines, profile->count,
                                &profile->capacity, sizeof *profile->lines);
    profile->lines[profile->count++] = (struct moved_line){name, text};
}

/* The line of the source without blanks around it, not too long. */
static str source_line(const struct moved *moved, unsigned line)
{
    str rest = moved->text, found = STR("");
    for (unsigned i = 0; i < line && rest.ptr; i++)
        found = str_split(&rest, '\n');
    found = str_trim(found);
    return found.len > 120 ? arena_printf(moved->arena, "%.*s...", 117, found.ptr)
                           : found;
}

void moved_note(struct moved *moved, struct moved_profile *profile, unsigned line,
                const char *format, ...)
{
    va_list args;
    va_start(args, format);
    str advice = arena_vprintf(moved->arena, format, args);
    va_end(args);
    str text = arena_printf(moved->arena, "%.*s:%u: %.*s\n  %.*s", STR_ARG(moved->source),
                            line, STR_ARG(source_line(moved, line)), STR_ARG(advice));
    moved->notes++;
    add_line(moved, profile, (str){NULL, 0}, text);
}

void moved_say(struct moved *moved, struct moved_profile *profile, const char *text)
{
    add_line(moved, profile, (str){NULL, 0}, str_of(text));
}

/* What relc has to say of the setting with that value, or NULL when it takes it. */
static const char *refusal(struct moved *moved, const struct moved_profile *profile,
                           const char *name, str yaml)
{
    struct arena *arena = moved->arena;
    struct yaml_node *root;
    struct err err;
    struct profile ignored = {0};
    struct config_source source = {.arena = arena, .file = "", .root = STR(".")};
    enum setting_scope scope = profile->is_release ? SETTING_RELEASE : SETTING_BOTH;
    str indented = STR("");
    for (str rest = yaml; rest.ptr;) {
        str line = str_split(&rest, '\n');
        indented = arena_printf(arena, "%.*s%.*s%s", STR_ARG(indented), STR_ARG(line),
                                rest.ptr ? "\n  " : "");
    }
    str text = arena_printf(arena, "%s: %.*s\n", name, STR_ARG(indented));
    err_init(&err);
    bool good = yaml_read(arena, "", text, &root, &err) == 0 &&
                settings_read(&source, root, scope, &ignored, &err) == 0;
    const char *message = good ? NULL : arena_strz(arena, str_of(err.message));
    err_release(&err);
    return message;
}

void moved_set_yaml(struct moved *moved, struct moved_profile *profile, const char *name,
                    str yaml, unsigned line)
{
    const char *wrong = refusal(moved, profile, name, yaml);
    if (wrong)
        moved_note(moved, profile, line, "relc does not take it: %s", wrong);
    else
        add_line(moved, profile, str_of(name), yaml);
}

static bool has_setting(const char *name)
{
    for (size_t i = 0; i < setting_count; i++)
        if (strcmp(settings[i].name, name) == 0)
            return true;
    return false;
}

void moved_set(struct moved *moved, struct moved_profile *profile, const char *name,
               const struct term *value, unsigned line)
{
    str yaml;
    if (!has_setting(name))
        moved_note(moved, profile, line, "relc has no such setting");
    else if (moved_yaml(moved->arena, name, value, &yaml))
        moved_set_yaml(moved, profile, name, yaml, line);
    else
        moved_note(moved, profile, line,
                   "set '%s' by hand: its value has no counterpart here", name);
}

bool moved_advise(struct moved *moved, struct moved_profile *profile,
                  const struct moved_advice *table, str name, unsigned line)
{
    for (; table->name; table++) {
        if (!str_eqz(name, table->name))
            continue;
        if (table->advice)
            moved_note(moved, profile, line, "%s", table->advice);
        return true;
    }
    return false;
}
