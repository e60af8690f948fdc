#include "build/variables.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/template/template.h"

static void put(struct map *vars, const char *name, str value)
{
    map_put(vars, str_of(name), arena_strz(vars->arena, value));
}

static str boolean(bool value)
{
    return value ? STR("true") : STR("false");
}

/* As one word of a shell script. */
static str shell_quoted(struct arena *arena, str text)
{
    struct buf out;
    buf_init(&out);
    buf_putc(&out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'')
            buf_str(&out, STR("'\\'"));
        buf_putc(&out, text.ptr[i]);
    }
    buf_putc(&out, '\'');
    str quoted = arena_str(arena, buf_view(&out));
    buf_release(&out);
    return quoted;
}

/* What templates of Distillery and of `mix release` could use besides. */
static void put_of_others(const struct plan *plan, struct map *vars)
{
    bool is_upgrade = plan->upgrade_from.ptr;
    put(vars, "release.name", plan->release.name);
    put(vars, "release.version", plan->release.vsn);
    put(vars, "@release.name", plan->release.name);
    put(vars, "@release.version", plan->release.vsn);
    put(vars, "@release.name", plan->release.name);
    put(vars, "@release.version", plan->release.vsn);
    put(vars, "is_upgrade", boolean(is_upgrade));
    put(vars, "upgrade_from", is_upgrade ? plan->upgrade_from : STR("latest"));
    put(vars, "include_src", boolean(plan->profile->include_src.value));
    put(vars, "include_system_libs", boolean(plan->include_erts));
}

void variables_init(struct arena *arena, const struct plan *plan, struct map *vars)
{
    map_init(vars, arena);
    put(vars, "release_name", plan->release.name);
    put(vars, "release_version", plan->release.vsn);
    put(vars, "environment", plan->profile->environment);
    put(vars, "erts_vsn", plan->target.erts_vsn);
    put(vars, "otp_vsn", arena_printf(arena, "%d", plan->target.release));
    put(vars, "include_erts", boolean(plan->include_erts));
    put(vars, "dev_mode", boolean(plan->dev_mode));
    /* Modules that the boot script does not know yet are loaded when they are called. */
    put(vars, "code_loading_mode", plan->dev_mode ? STR("interactive") : STR("embedded"));
    put(vars, "elixir", boolean(plan->has_elixir));
    put(vars, "elixir_vsn", plan->elixir_vsn);
    put(vars, "erl_opts", plan->profile->erl_opts.value);
    put(vars, "run_erl_env", plan->profile->run_erl_env.value);
    put(vars, "erl_opts_quoted", shell_quoted(arena, plan->profile->erl_opts.value));
    put(vars, "run_erl_env_quoted",
        shell_quoted(arena, plan->profile->run_erl_env.value));
    put(vars, "reboot_system_after_config",
        boolean(plan->has_providers && plan->profile->reboot_system_after_config.value));
    put(vars, "output_dir", plan->output_dir);
    put_of_others(plan, vars);
    const struct setting_variables *own = &plan->profile->overlay_vars;
    for (size_t i = 0; i < own->count; i++)
        map_put(vars, own->items[i].name, arena_strz(arena, own->items[i].value));
}

int variables_render_setting(struct arena *arena, const struct plan *plan, str value,
                             const struct place *place, str *rendered, struct err *err)
{
    if (variables_render(arena, plan, value, NULL, rendered, err) != 0)
        return place_error(err, place);
    return 0;
}

int variables_render(struct arena *arena, const struct plan *plan, str text,
                     const char *file, str *rendered, struct err *err)
{
    struct map vars;
    struct buf out;
    variables_init(arena, plan, &vars);
    buf_init(&out);
    int result = template_render(&out, text, file, &vars, err);
    *rendered = arena_str(arena, buf_view(&out));
    buf_release(&out);
    return result;
}

int variables_render_file(struct arena *arena, const struct plan *plan,
                          const struct setting_text *setting, const char **file,
                          str *text, struct err *err)
{
    str content, path;
    if (variables_render_setting(arena, plan, setting->value, &setting->place, &path,
                                 err) != 0)
        return -1;
    *file = path_join(arena, plan->project->root, path).ptr;
    if (fs_read(arena, *file, 0, &content, err) != 0)
        return place_error(err, &setting->place);
    return variables_render(arena, plan, content, *file, text, err);
}
