/* docs/upgrading.md lists the kinds of findings that relc has, in the same order. */
#include "check.h"

#include "relc/base/fs.h"
#include "relc/build/upgrade_check.h"

static const char *const severities[] = {
    [UPGRADE_ERROR] = "error", [UPGRADE_WARNING] = "warning", [UPGRADE_NOTE] = "note"};

/* A row of a table: | `code` | severity | ... */
static bool next_row(str *rest, str *code, str *severity)
{
    while (rest->ptr) {
        str line = str_split(rest, '\n');
        if (!str_starts(line, STR("| `")))
            continue;
        str_split(&line, '|');
        *code = str_trim(str_split(&line, '|'));
        *severity = str_trim(str_split(&line, '|'));
        return true;
    }
    return false;
}

static void the_manual_has_every_kind(void **state)
{
    struct arena arena;
    struct err err;
    str text, code, severity;
    size_t count, i = 0;
    const struct upgrade_kind *kinds = upgrade_kinds(&count);
    (void)state;
    arena_init(&arena);
    err_init(&err);
    assert_ok(fs_read(&arena, PROJECT_FOLDER "/docs/upgrading.md", 0, &text, &err), &err);
    str mark = STR("## Judging an upgrade");
    while (text.len && !str_starts(text, mark))
        text = str_slice(text, 1, text.len);
    while (next_row(&text, &code, &severity)) {
        assert_true(i < count);
        assert_str(str_slice(code, 1, code.len - 1), kinds[i].name);
        assert_str(severity, severities[kinds[i].severity]);
        i++;
    }
    assert_int_equal(i, count);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_manual_has_every_kind)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
