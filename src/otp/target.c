#include "relc/otp/target.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

/* Where an installation keeps its boot files; releases/N/ is tried after them. */
static const char *const boot_files[] = {"bin/start_clean.boot", "bin/start.boot",
                                         "bin/no_dot_erlang.boot"};

static int not_an_installation(const struct target *target, struct err *err,
                               const char *missing)
{
    err_set(err, ERR_INPUT, "'%.*s' is no Erlang installation: %s", STR_ARG(target->root),
            missing);
    return err_hint(err, "give the folder that has erts-VSN/, lib/ and bin/, for example "
                         "/usr/lib/erlang");
}

/* "ERTS RELEASE" of releases/start_erl.data; false when there is no such file. */
static bool read_start_erl_data(struct arena *arena, const struct target *target,
                                str *erts, str *release)
{
    struct err ignored;
    str content;
    bool ok = false;
    err_init(&ignored);
    str path = path_join(arena, target->root, STR("releases/start_erl.data"));
    if (fs_is_file(path.ptr) && fs_read(arena, path.ptr, 4096, &content, &ignored) == 0) {
        str rest = str_trim(content);
        *erts = str_split(&rest, ' ');
        *release = str_trim(rest);
        ok = erts->len && release->len;
    }
    err_release(&ignored);
    return ok;
}

/* The version of the only erts-* folder; of several, the one of start_erl.data. */
static int find_erts(struct arena *arena, struct target *target, struct err *err)
{
    struct fs_list list;
    str only = {NULL, 0}, wanted = {NULL, 0}, release;
    size_t count = 0;
    if (fs_list(arena, target->root.ptr, &list, err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        str name = list.entries[i].name;
        str path = path_join(arena, target->root, name);
        if (!str_starts(name, STR("erts-")) || !fs_is_dir(path.ptr) ||
            !path_is_safe_name(name))
            continue;
        only = str_slice(name, 5, name.len);
        count++;
    }
    if (count == 0)
        return not_an_installation(target, err, "it has no folder erts-VSN");
    read_start_erl_data(arena, target, &wanted, &release);
    target->erts_vsn = count == 1 ? only : wanted;
    target->erts_dir = arena_printf(arena, "%.*s/erts-%.*s", STR_ARG(target->root),
                                    STR_ARG(target->erts_vsn));
    if (!target->erts_vsn.len || !fs_is_dir(target->erts_dir.ptr))
        return not_an_installation(target, err,
                                   "it has several folders erts-VSN, and "
                                   "releases/start_erl.data names none of them");
    return 0;
}

/* The first boot file that is there: bin/'s, else that of a folder in releases/. */
static const char *find_boot_file(struct arena *arena, const struct target *target)
{
    struct fs_list list;
    struct err ignored;
    const char *found = NULL;
    for (size_t i = 0; i < sizeof boot_files / sizeof *boot_files; i++) {
        str path = path_join(arena, target->root, str_of(boot_files[i]));
        if (fs_is_file(path.ptr))
            return path.ptr;
    }
    err_init(&ignored);
    str releases = path_join(arena, target->root, STR("releases"));
    if (fs_is_dir(releases.ptr) && fs_list(arena, releases.ptr, &list, &ignored) == 0)
        for (size_t i = 0; i < list.count && !found; i++) {
            str path = arena_printf(arena, "%.*s/%.*s/start_clean.boot",
                                    STR_ARG(releases), STR_ARG(list.entries[i].name));
            if (fs_is_file(path.ptr))
                found = path.ptr;
        }
    err_release(&ignored);
    return found;
}

static int bad_boot_file(const struct target *target, struct err *err, const char *what)
{
    err_set(err, ERR_FORMAT, "this is no boot file of OTP: %s", what);
    return err_at(err, target->boot_file, 0, 0);
}

/* {application, stdlib, Keys} of {apply, {application, load, [App]}}, or NULL. */
static const struct term *loaded_stdlib(const struct term *instruction)
{
    if (!term_is_tuple(instruction, "apply", 2))
        return NULL;
    const struct term *call = &instruction->as.list.items[1];
    if (!term_is_tuple(call, "application", 3) ||
        !term_is_atom(&call->as.list.items[1], "load"))
        return NULL;
    const struct term *args = &call->as.list.items[2];
    if (args->kind != TERM_LIST || args->as.list.count != 1)
        return NULL;
    const struct term *app = &args->as.list.items[0];
    return term_is_tuple(app, "application", 3) &&
                   term_is_atom(&app->as.list.items[1], "stdlib")
               ? app
               : NULL;
}

static bool is_erlangrc(const struct term *instruction)
{
    return term_is_tuple(instruction, "apply", 2) &&
           term_is_tuple(&instruction->as.list.items[1], "c", 3) &&
           term_is_atom(&instruction->as.list.items[1].as.list.items[1], "erlangrc");
}

static bool is_atoms(const struct term *term)
{
    if (!term_is_proper_list(term))
        return false;
    for (size_t i = 0; i < term->as.list.count; i++)
        if (term->as.list.items[i].kind != TERM_ATOM)
            return false;
    return true;
}

static bool has_application_controller(const struct term_builder *procs)
{
    for (size_t i = 0; i < procs->count; i++)
        if (term_is_atom(&procs->items[i].as.list.items[1], "application_controller"))
            return true;
    return false;
}

static int read_instructions(struct arena *arena, const struct term *list,
                             struct target *target, struct err *err)
{
    struct term_builder procs = {.arena = arena};
    bool preloaded = false, mandatory = false;
    target->erlangrc = term_nil();
    for (size_t i = 0; i < list->as.list.count; i++) {
        const struct term *instruction = &list->as.list.items[i];
        const struct term *stdlib = loaded_stdlib(instruction);
        if (term_is_tuple(instruction, "preLoaded", 2) && !preloaded) {
            target->preloaded = instruction->as.list.items[1];
            preloaded = true;
        } else if (term_is_tuple(instruction, "primLoad", 2) && !mandatory) {
            target->mandatory = instruction->as.list.items[1];
            mandatory = true;
        } else if (term_is_tuple(instruction, "kernelProcess", 3)) {
            term_add(&procs, *instruction);
        } else if (stdlib) {
            target->has_optional =
                term_lookup(&stdlib->as.list.items[2], "optional_applications") != NULL;
        } else if (is_erlangrc(instruction)) {
            target->erlangrc = *instruction;
        }
    }
    target->kernel_procs = term_built_list(&procs);
    if (!preloaded || !mandatory || !procs.count)
        return bad_boot_file(target, err,
                             "preLoaded, primLoad and kernelProcess are expected");
    if (!is_atoms(&target->preloaded) || !is_atoms(&target->mandatory))
        return bad_boot_file(target, err, "preLoaded and primLoad must be module names");
    if (!has_application_controller(&procs))
        return bad_boot_file(target, err, "it starts no application_controller");
    return 0;
}

/* A number of at most four digits, or 0. */
static int small_number(str text)
{
    int number = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9' || i == 4)
            return 0;
        number = 10 * number + (text.ptr[i] - '0');
    }
    return number;
}

/*
 * The OTP release: the number in start_erl.data, or in the name of the script, when the
 * installation has releases/NUMBER/OTP_VERSION; a release that serves as installation
 * has its own version there. Else by the ERTS, which has counted 12 behind since OTP 23.
 */
static int otp_release(struct arena *arena, const struct target *target,
                       const struct term *id)
{
    enum { BEHIND = 12 };
    str erts, names[2] = {{NULL, 0}, {NULL, 0}};
    read_start_erl_data(arena, target, &erts, &names[0]);
    if (term_is_tuple(id, NULL, 2))
        term_to_text(arena, &id->as.list.items[1], &names[1]);
    for (size_t i = 0; i < 2; i++) {
        str path = arena_printf(arena, "%.*s/releases/%.*s/OTP_VERSION",
                                STR_ARG(target->root), STR_ARG(names[i]));
        if (small_number(names[i]) && fs_is_file(path.ptr))
            return small_number(names[i]);
    }
    str major = str_slice(target->erts_vsn, 0, str_find(target->erts_vsn, '.'));
    return small_number(major) ? small_number(major) + BEHIND : 0;
}

static int read_boot_file(struct arena *arena, struct target *target, struct err *err)
{
    struct term script;
    str bytes;
    if (fs_read(arena, target->boot_file, 64 << 20, &bytes, err) != 0 ||
        etf_decode(arena, bytes, target->boot_file, &script, err) != 0)
        return -1;
    if (!term_is_tuple(&script, "script", 3) ||
        !term_is_proper_list(&script.as.list.items[2]))
        return bad_boot_file(target, err, "{script, Id, Instructions} is expected");
    /* The first atom is `script`: its tag tells how this OTP encodes atoms. */
    target->atoms =
        bytes.len > 3 && bytes.ptr[3] == 100 ? ETF_ATOMS_LATIN1 : ETF_ATOMS_UTF8;
    target->release = otp_release(arena, target, &script.as.list.items[1]);
    return read_instructions(arena, &script.as.list.items[2], target, err);
}

int target_read(struct arena *arena, str root, struct target *target, struct err *err)
{
    *target = (struct target){.root = arena_str(arena, root)};
    if (!fs_is_dir(target->root.ptr))
        return not_an_installation(target, err, "there is no such folder");
    if (find_erts(arena, target, err) != 0)
        return -1;
    if (!fs_is_dir(path_join(arena, target->root, STR("lib")).ptr))
        return not_an_installation(target, err, "it has no folder lib");
    target->boot_file = find_boot_file(arena, target);
    if (!target->boot_file)
        return not_an_installation(target, err, "it has no file bin/start_clean.boot");
    return read_boot_file(arena, target, err);
}

static bool has_erts(struct arena *arena, const char *folder)
{
    struct fs_list list;
    struct err ignored;
    bool found = false;
    err_init(&ignored);
    if (fs_is_dir(path_join(arena, str_of(folder), STR("lib")).ptr) &&
        fs_list(arena, folder, &list, &ignored) == 0)
        for (size_t i = 0; i < list.count && !found; i++)
            found = str_starts(list.entries[i].name, STR("erts-"));
    err_release(&ignored);
    return found;
}

char *target_root_of_program(struct arena *arena, const char *program)
{
    const char *real = fs_real_path(arena, program);
    if (!real)
        return NULL;
    for (str folder = path_dirname(arena, str_of(real)); folder.len > 1;
         folder = path_dirname(arena, folder))
        if (has_erts(arena, folder.ptr))
            return arena_strz(arena, folder);
    return NULL;
}
