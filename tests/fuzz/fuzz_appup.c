/*
 * Appups from arbitrary terms: the first version of the way up is looked up, and a relup
 * made from it between two releases that have the modules m1 to m4. Beside crashes it
 * looks for relups without their point of no return and for failures without a message.
 */
#include "relc/otp/relup.h"
#include "relc/term/read.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static str modules[] = {{"m1", 2}, {"m2", 2}, {"m3", 2}, {"m4", 2}};

struct version {
    struct app apps[4];
    struct rel_app rel_apps[4];
    struct release release;
};

static void fill(struct version *version, str vsn)
{
    static const char *const names[] = {"kernel", "stdlib", "sasl", "a"};
    for (size_t i = 0; i < 4; i++) {
        version->apps[i] = (struct app){.name = str_of(names[i]), .vsn = STR("1")};
        version->rel_apps[i] = (struct rel_app){.app = &version->apps[i]};
    }
    version->apps[3].vsn = vsn;
    version->apps[3].modules = (struct names){modules, 4};
    version->release = (struct release){STR("r"), vsn, STR("13"), version->rel_apps, 4};
}

static void check_script(const struct term *script)
{
    size_t points = 0;
    for (size_t i = 0; i < script->as.list.count; i++)
        points += term_is_atom(&script->as.list.items[i], "point_of_no_return");
    require(points == 1);
}

static void try_appup(struct arena *arena, const struct appup *appup, struct err *err)
{
    struct version old_version, new_version;
    struct relup_base base = {&old_version.release, NULL};
    struct map appups;
    struct relup_input input = {.top = &new_version.release,
                                .bases = &base,
                                .base_count = 1,
                                .appups = &appups,
                                .otp = 25};
    struct term relup;
    fill(&old_version, STR("1"));
    fill(&new_version, STR("2"));
    map_init(&appups, arena);
    map_put(&appups, STR("a"), (void *)appup);
    appup_versions(arena, appup, false);
    if (relup_make(arena, &input, &relup, err) != 0) {
        require(err->kind != ERR_NONE && err->message);
        return;
    }
    for (size_t way = 1; way <= 2; way++)
        check_script(&relup.as.list.items[way].as.list.items[0].as.list.items[2]);
    relup_restarts(&relup);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct err err;
    struct term term;
    struct appup appup;
    arena_init(&arena);
    err_init(&err);
    struct term_source source = {.file = "fuzz", .text = {(const char *)data, size}};
    if (term_read_first(&arena, &source, &term, &err) == 0 &&
        appup_parse(&arena, &term, "fuzz.appup", &appup, &err) == 0)
        try_appup(&arena, &appup, &err);
    err_release(&err);
    arena_release(&arena);
    return 0;
}
