#include "build/plugin_json.h"

#include "relc/base/json.h"

static const char *origin_name(enum origin origin)
{
    static const char *const names[] = {
        [ORIGIN_PROJECT] = "project",
        [ORIGIN_LIB_DIR] = "lib_dir",
        [ORIGIN_ELIXIR] = "elixir",
        [ORIGIN_ERLANG] = "erlang",
    };
    return names[origin];
}

static void set(json_t *object, const char *key, str value)
{
    json_object_set_new(object, key, json_text(value));
}

static json_t *app_json(struct arena *arena, const struct rel_app *app)
{
    json_t *object = json_object();
    enum start_type type = app->type == START_DEFAULT ? START_PERMANENT : app->type;
    set(object, "name", app->app->name);
    set(object, "version", app->app->vsn);
    set(object, "type", str_of(start_type_name(type)));
    set(object, "origin", str_of(origin_name(app->origin)));
    set(object, "path", release_app_dir(arena, app->app));
    return object;
}

static void add_plan(struct arena *arena, json_t *object, const struct plan *plan)
{
    json_t *apps = json_array();
    for (size_t i = 0; i < plan->release.app_count; i++)
        json_array_append_new(apps, app_json(arena, &plan->release.apps[i]));
    set(object, "version", plan->release.vsn);
    json_object_set_new(object, "dev_mode", json_boolean(plan->dev_mode));
    json_object_set_new(object, "include_erts", json_boolean(plan->include_erts));
    set(object, "erts_version", plan->target.erts_vsn);
    json_object_set_new(object, "otp_release", json_integer(plan->target.release));
    set(object, "output_dir", plan->output_dir);
    set(object, "upgrade_from", plan->upgrade_from);
    json_object_set_new(object, "applications", apps);
}

str plugin_json(struct arena *arena, const char *event, const struct plugin_scene *scene)
{
    json_t *object = json_object();
    struct buf out;
    set(object, "event", str_of(event));
    set(object, "name", scene->profile->release);
    set(object, "environment", scene->profile->environment);
    set(object, "project_dir", scene->project->root);
    set(object, "release_dir", scene->folder);
    set(object, "tarball", scene->tarball);
    if (scene->plan)
        add_plan(arena, object, scene->plan);
    buf_init(&out);
    json_print(&out, object);
    json_decref(object);
    str text = arena_str(arena, buf_view(&out));
    buf_release(&out);
    return text;
}
