#include "build/windows_files.h"

#include "build/variables.h"
#include "relc/base/buf.h"
#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/template/builtin.h"

bool erts_is_windows(struct arena *arena, const struct target *target)
{
    return fs_is_file(path_join(arena, target->erts_dir, STR("bin/erl.exe")).ptr);
}

bool unix_scripts_wanted(struct arena *arena, const struct plan *plan)
{
    const struct setting_systems *systems = &plan->profile->include_executables_for;
    return systems->set ? systems->unix_scripts : !windows_scripts_wanted(arena, plan);
}

bool windows_scripts_wanted(struct arena *arena, const struct plan *plan)
{
    const struct setting_systems *systems = &plan->profile->include_executables_for;
    return systems->set ? systems->windows_scripts
                        : plan->include_erts && erts_is_windows(arena, &plan->target);
}

/* cmd.exe loses its way to labels in files with other line ends. */
static str with_crlf(struct arena *arena, str text)
{
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\n')
            buf_putc(&out, '\r');
        buf_putc(&out, text.ptr[i]);
    }
    str copy = arena_str(arena, buf_view(&out));
    buf_release(&out);
    return copy;
}

static int add_batch(struct arena *arena, struct image *image, const struct plan *plan,
                     const char *template, str path, struct err *err)
{
    str text;
    if (variables_render(arena, plan, builtin_get(template), template, &text, err) != 0)
        return -1;
    return image_add_memory(image, path, with_crlf(arena, text), 0755, err);
}

int windows_files_add(struct arena *arena, struct image *image, const struct plan *plan,
                      struct err *err)
{
    str name = plan->release.name, dir = release_vsn_dir(arena, &plan->release);
    if (add_batch(arena, image, plan, "windows/NAME.bat",
                  arena_printf(arena, "bin/%.*s.bat", STR_ARG(name)), err) != 0 ||
        add_batch(arena, image, plan, "windows/release.bat",
                  arena_printf(arena, "%.*s/%.*s.bat", STR_ARG(dir), STR_ARG(name)),
                  err) != 0)
        return -1;
    return image_add_memory(image, path_join(arena, dir, STR("call.es")),
                            builtin_get("windows/call.es"), 0644, err);
}
