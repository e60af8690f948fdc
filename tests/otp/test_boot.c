/* What the oracle cannot show: options of relc's own, and targets that are none. */
#include "otp/world.h"

#include "relc/otp/boot.h"
#include "relc/otp/resolve.h"
#include "relc/term/print.h"
#include "relc/term/read.h"

/* A boot file as an installation has it, cut down to what is read of it. */
static const char boot_text[] =
    "{script,{\"Erlang/OTP\",\"25\"},"
    "[{preLoaded,[erlang,init]},{progress,preloaded},"
    "{path,[\"$ROOT/lib/kernel-8.5/ebin\"]},{primLoad,[error_handler,code]},"
    "{kernel_load_completed},"
    "{kernelProcess,heart,{heart,start,[]}},"
    "{kernelProcess,application_controller,{application_controller,start,[x]}},"
    "{apply,{application,load,[{application,stdlib,[{optional_applications,[]}]}]}},"
    "{apply,{c,erlangrc,[]}},{progress,started}]}.";

static void write_installation(struct world *world, enum etf_atoms atoms)
{
    struct term_source source = {"boot", str_of(boot_text), 0};
    struct term term;
    struct buf bytes;
    str bin = path_join(&world->arena, str_of(world->folder), STR("bin"));
    str erts = path_join(&world->arena, str_of(world->folder), STR("erts-13.1/bin"));
    str file = path_join(&world->arena, bin, STR("start_clean.boot"));
    assert_ok(fs_mkdirs(bin.ptr, &world->err), &world->err);
    assert_ok(fs_mkdirs(erts.ptr, &world->err), &world->err);
    assert_ok(term_read_first(&world->arena, &source, &term, &world->err), &world->err);
    buf_init(&bytes);
    assert_ok(etf_encode(&bytes, &term, atoms, &world->err), &world->err);
    assert_ok(fs_write_file(file.ptr, buf_view(&bytes), 0644, &world->err), &world->err);
    buf_release(&bytes);
}

static void the_target_tells_its_version(void **state)
{
    struct target target;
    struct world world;
    (void)state;
    world_begin(&world, NULL, 0);
    write_installation(&world, ETF_ATOMS_UTF8);
    assert_ok(target_read(&world.arena, str_of(world.folder), &target, &world.err),
              &world.err);
    assert_str(target.erts_vsn, "13.1");
    assert_int_equal(target.release, 25);
    assert_int_equal(target.atoms, ETF_ATOMS_UTF8);
    assert_true(target.has_optional);
    assert_int_equal(target.kernel_procs.as.list.count, 2);
    write_installation(&world, ETF_ATOMS_LATIN1);
    assert_ok(target_read(&world.arena, str_of(world.folder), &target, &world.err),
              &world.err);
    assert_int_equal(target.atoms, ETF_ATOMS_LATIN1);
    world_end(&world);
}

static void what_is_no_installation_is_told(void **state)
{
    struct target target;
    struct world world;
    (void)state;
    world_begin(&world, NULL, 0);
    str folder = str_of(world.folder);
    assert_fails(target_read(&world.arena, STR("/nowhere"), &target, &world.err),
                 &world.err, "there is no such folder");
    assert_fails(target_read(&world.arena, folder, &target, &world.err), &world.err,
                 "it has no folder erts-VSN");
    str erts = path_join(&world.arena, folder, STR("erts-1"));
    assert_ok(fs_mkdirs(erts.ptr, &world.err), &world.err);
    assert_fails(target_read(&world.arena, folder, &target, &world.err), &world.err,
                 "no file bin/start_clean.boot");
    write_installation(&world, ETF_ATOMS_UTF8);
    assert_fails(target_read(&world.arena, folder, &target, &world.err), &world.err,
                 "several folders erts-VSN");
    assert_ok(fs_remove_tree(erts.ptr, &world.err), &world.err);
    str boot = path_join(&world.arena, folder, STR("bin/start_clean.boot"));
    assert_ok(fs_write_file(boot.ptr, STR("\203d\0\1x"), 0644, &world.err), &world.err);
    assert_fails(target_read(&world.arena, folder, &target, &world.err), &world.err,
                 "no boot file of OTP");
    world_end(&world);
}

static str script_text(struct world *world, const struct release *release,
                       const struct boot_options *options)
{
    struct target target;
    struct term script;
    struct buf text;
    write_installation(world, ETF_ATOMS_UTF8);
    assert_ok(target_read(&world->arena, str_of(world->folder), &target, &world->err),
              &world->err);
    assert_ok(boot_script(&world->arena, release, &target, options, &script, &world->err),
              &world->err);
    buf_init(&text);
    term_print_line(&text, &script, 25);
    str copy = arena_str(&world->arena, buf_view(&text));
    buf_release(&text);
    return copy;
}

static void assert_has(str text, const char *part, bool expected)
{
    if ((strstr(text.ptr, part) != NULL) != expected)
        fail_msg("%s'%s' in %s", expected ? "no " : "", part, text.ptr);
}

static void start_clean_starts_only_the_language(void **state)
{
    const struct world_app apps[] = {{"web", "1", "elixir", NULL},
                                     {"elixir", "1.14", "compiler", NULL},
                                     {"compiler", "8", "", NULL},
                                     {"p", "1", "", NULL}};
    const struct wanted wanted[] = {{.name = STR("web")}, {.name = STR("p")}};
    struct release release = {.name = STR("r"), .vsn = STR("1"), .erts_vsn = STR("13")};
    struct boot_options options = {0};
    struct world world;
    (void)state;
    world_begin(&world, apps, 4);
    assert_ok(
        resolve_apps(&world.arena, &world.catalogue, wanted, 2, &release, &world.err),
        &world.err);
    assert_ok(release_check(&world.arena, &release, NULL, &world.err), &world.err);
    str start = script_text(&world, &release, &options);
    assert_has(start, "{apply,{application,start_boot,[web,permanent]}}", true);
    assert_has(start, "{apply,{c,erlangrc,[]}}", true);
    options.kind = BOOT_CLEAN;
    options.no_dot_erlang = true;
    options.first = release_app(&release, STR("p"));
    str clean = script_text(&world, &release, &options);
    assert_has(clean, "start_boot,[web", false);
    assert_has(clean, "start_boot,[elixir,permanent]", true);
    assert_has(clean, "start_boot,[compiler,permanent]", true);
    assert_has(clean, "{apply,{application,load,[{application,web,", true);
    assert_has(clean, "erlangrc", false);
    /* The first path is that of the boot loader and stays as OTP has it. */
    assert_has(clean,
               "{path,[\"$ROOT/lib/kernel-8.5/ebin\",\"$ROOT/lib/stdlib-4.2/ebin\"]}",
               true);
    assert_has(clean, "{path,[\"$ROOT/lib/p-1/ebin\",\"$ROOT/lib/web-1/ebin\"]}", true);
    assert_has(clean, "{path,[\"$ROOT/lib/p-1/ebin\"]}", true);
    assert_has(clean, "{path,[\"$ROOT/lib/p-1/ebin\",\"$ROOT/lib/kernel-8.5/ebin\",",
               true);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_target_tells_its_version),
        cmocka_unit_test(what_is_no_installation_is_told),
        cmocka_unit_test(start_clean_starts_only_the_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
