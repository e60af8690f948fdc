/*
 * The table of settings, docs/config.md and docs/config.schema.json name the same
 * settings, with the same words; the examples of the manual are good configurations.
 */
#include "fixture.h"

#include "relc/config/settings.h"

static str read_doc(struct fixture *f, const char *name)
{
    str text, path = arena_printf(&f->arena, "%s/docs/%s", PROJECT_FOLDER, name);
    expect_success(f, fs_read(&f->arena, path.ptr, 0, &text, &f->err));
    return text;
}

/* JSON is YAML: the schema is read with relc's own reader. */
static const struct yaml_node *read_schema(struct fixture *f)
{
    struct yaml_node *root;
    str text = read_doc(f, "config.schema.json");
    expect_success(f, yaml_read(&f->arena, "config.schema.json", text, &root, &f->err));
    return root;
}

static const struct yaml_node *schema_properties(const struct yaml_node *schema,
                                                 const char *definition)
{
    if (definition)
        schema = yaml_get(yaml_get(schema, "definitions"), definition);
    return yaml_get(schema, "properties");
}

static bool setting_is_at(const struct setting *setting, enum setting_scope scope)
{
    if (scope == SETTING_RELEASE)
        return setting->scope != SETTING_TOP;
    return setting->scope == scope;
}

static void expect_properties(const struct yaml_node *properties,
                              enum setting_scope scope)
{
    size_t count = 0;
    for (size_t i = 0; i < setting_count; i++) {
        if (!setting_is_at(&settings[i], scope))
            continue;
        const struct yaml_node *property = yaml_get(properties, settings[i].name);
        if (!property)
            print_error("%s is not in the schema\n", settings[i].name);
        assert_non_null(property);
        const struct yaml_node *doc = yaml_get(property, "description");
        if (doc)
            assert_string_equal(doc->text.ptr, settings[i].doc);
        assert_true(doc || scope == SETTING_RELEASE);
        count++;
    }
    assert_int_equal(properties->count, count);
}

static void test_schema_has_the_settings_of_the_table(void **state)
{
    struct fixture *f = *state;
    const struct yaml_node *schema = read_schema(f);
    expect_properties(schema_properties(schema, NULL), SETTING_TOP);
    expect_properties(schema_properties(schema, "release"), SETTING_RELEASE);
    expect_properties(schema_properties(schema, "environment"), SETTING_BOTH);
}

/* The next section of the manual's text that is about a setting: "### NAME". */
static bool next_section(str *rest, str *name, str *body)
{
    const char *found = strstr(rest->ptr, "\n### ");
    if (!found)
        return false;
    *rest = str_slice(*rest, (size_t)(found - rest->ptr) + 5, rest->len);
    *name = str_slice(*rest, 0, str_find(*rest, '\n'));
    const char *end = strstr(rest->ptr, "\n##");
    *body = str_slice(*rest, 0, end ? (size_t)(end - rest->ptr) : rest->len);
    return true;
}

static const struct setting *setting_named(str name)
{
    for (size_t i = 0; i < setting_count; i++)
        if (str_eqz(name, settings[i].name))
            return &settings[i];
    return NULL;
}

/* True when the text has the part, letters of either case and backquotes aside. */
static bool mentions(struct fixture *f, str text, const char *part)
{
    char *lower = arena_strz(&f->arena, text);
    for (char *c = lower; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
        else if (*c == '`')
            *c = ' ';
    char *wanted = arena_strz(&f->arena, str_of(part));
    for (char *c = wanted; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return strstr(lower, wanted);
}

static void test_manual_has_the_settings_of_the_table(void **state)
{
    struct fixture *f = *state;
    str rest = read_doc(f, "config.md"), name, body;
    size_t i = 0;
    for (; next_section(&rest, &name, &body); i++) {
        assert_true(i < setting_count);
        expect_text(name, settings[i].name);
        bool required = settings[i].type == SETTING_PROFILES;
        assert_true(mentions(f, body, "default: ") || required);
        assert_true(settings[i].type == SETTING_VERSION ||
                    mentions(f, body, setting_type_name(settings[i].type)));
    }
    assert_int_equal(i, setting_count);
}

/* The file's text with an example put where the setting belongs. */
static str example_file(struct fixture *f, const struct setting *setting, str example)
{
    if (setting->scope == SETTING_TOP && !str_eqz(str_of(setting->name), "releases"))
        return arena_printf(&f->arena, "%.*s\nreleases: {book_app: {}}\n%s",
                            STR_ARG(example),
                            str_eqz(str_of(setting->name), "default_environment")
                                ? "environments: {dev: {}}\n"
                                : "");
    if (setting->scope == SETTING_TOP)
        return example;
    str text = STR("releases:\n  book_app:\n");
    for (str rest = example; rest.ptr;) {
        str line = str_split(&rest, '\n');
        text = arena_printf(&f->arena, "%s    %.*s\n", text.ptr, STR_ARG(line));
    }
    return text;
}

/* The next ```yaml block. */
static bool next_example(str *rest, str *example)
{
    static const char opening[] = "```yaml\n";
    const char *start = rest->len ? strstr(rest->ptr, opening) : NULL;
    if (!start || start >= rest->ptr + rest->len)
        return false;
    start += sizeof opening - 1;
    const char *end = strstr(start, "\n```");
    *example = (str){start, (size_t)(end - start)};
    size_t next = (size_t)(end - rest->ptr) + 4;
    *rest = str_slice(*rest, next, rest->len);
    return true;
}

static void expect_good(struct fixture *f, str text)
{
    struct profile profile;
    struct profile_choice choice = {0};
    const char *file = work_write(f, "rel/config.yaml", text);
    expect_success(f, profile_load(&f->arena, file, &choice, &profile, &f->err));
}

static void test_examples_of_the_manual_are_good(void **state)
{
    struct fixture *f = *state;
    str rest = read_doc(f, "config.md"), name, body, example;
    str before = rest;
    assert_true(next_example(&before, &example));
    expect_good(f, example);
    while (next_section(&rest, &name, &body)) {
        size_t examples = 0;
        const struct setting *setting = setting_named(name);
        assert_non_null(setting);
        for (; next_example(&body, &example); examples++) {
            setenv("RELEASE_COOKIE", "x", 1);
            if (!strstr(arena_strz(&f->arena, example), "/run/secrets"))
                expect_good(f, example_file(f, setting, example));
        }
        assert_true(examples > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_schema_has_the_settings_of_the_table),
        TEST(test_manual_has_the_settings_of_the_table),
        TEST(test_examples_of_the_manual_are_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
