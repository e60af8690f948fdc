#include "relc/build/plugins.h"

#include "build/plugin_json.h"
#include "relc/base/buf.h"
#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/base/process.h"

#include <unistd.h>

enum { DEFAULT_SECONDS = 600, LINE_MAX_BYTES = 4000 };

/* One plugin at work. */
struct call {
    struct arena *arena;
    const struct report *report;
    const struct setting_plugin *plugin;
    const char *event;
    struct buf line; /* of output, as far as it has come */
    struct err *err;
};

static const char *event_name(enum plugin_event event)
{
    static const char *const names[] = {
        [PLUGIN_BEFORE_ASSEMBLY] = "before_assembly",
        [PLUGIN_AFTER_ASSEMBLY] = "after_assembly",
        [PLUGIN_BEFORE_PACKAGE] = "before_package",
        [PLUGIN_AFTER_PACKAGE] = "after_package",
        [PLUGIN_AFTER_CLEANUP] = "after_cleanup",
    };
    return names[event];
}

static void end_line(struct call *call)
{
    str line = buf_view(&call->line);
    if (line.len)
        report_say(call->report, REPORT_DETAIL, "%.*s", STR_ARG(line));
    buf_clear(&call->line);
}

/* Long lines come in pieces: output is not bounded, memory is. */
static void take_output(void *context, str bytes)
{
    struct call *call = context;
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.ptr[i] != '\n' && bytes.ptr[i] != '\r')
            buf_putc(&call->line, bytes.ptr[i]);
        if (bytes.ptr[i] == '\n' || call->line.len >= LINE_MAX_BYTES)
            end_line(call);
    }
}

static int check_program(struct call *call, const char *program)
{
    if (!fs_is_file(program)) {
        err_set(call->err, ERR_INPUT, "there is no plugin '%s'", program);
        return place_error(call->err, &call->plugin->place);
    }
    if (access(program, X_OK) == 0)
        return 0;
    err_set(call->err, ERR_INPUT, "plugin '%s' is no executable file",
            call->plugin->path.ptr);
    err_hint(call->err, "make it one: chmod +x %s", call->plugin->path.ptr);
    return place_error(call->err, &call->plugin->place);
}

static const char **make_words(struct call *call, const char *program)
{
    const struct setting_plugin *plugin = call->plugin;
    const char **words =
        arena_array(call->arena, plugin->argument_count + 3, sizeof *words);
    words[0] = program;
    words[1] = call->event;
    for (size_t i = 0; i < plugin->argument_count; i++)
        words[2 + i] = arena_strz(call->arena, plugin->arguments[i]);
    return words;
}

static const char *variable(struct arena *arena, const char *name, str value)
{
    return arena_printf(arena, "%s=%.*s", name, STR_ARG(value)).ptr;
}

static int run(struct call *call, const struct plugin_scene *scene)
{
    struct arena *arena = call->arena;
    const char *const variables[] = {
        variable(arena, "RELC_EVENT", str_of(call->event)),
        variable(arena, "RELC_PROJECT_DIR", scene->project->root),
        variable(arena, "RELC_RELEASE_DIR", scene->folder),
        variable(arena, "RELC_TARBALL", scene->tarball),
        NULL,
    };
    const struct setting_number *limit = &scene->profile->plugin_timeout;
    const char *program = path_join(arena, scene->project->root, call->plugin->path).ptr;
    const struct process process = {
        .arguments = make_words(call, program),
        .folder = scene->project->root.ptr,
        .environment = variables,
        .input = plugin_json(arena, call->event, scene),
        .seconds = limit->set ? limit->value : DEFAULT_SECONDS,
        .together = true,
        .heard = take_output,
        .context = call,
    };
    struct process_result result;
    str purpose = arena_printf(arena, "plugin at %s", call->event);
    if (check_program(call, program) != 0)
        return -1;
    int outcome = process_run(arena, &process, &result, call->err);
    end_line(call);
    if (outcome == 0)
        outcome = process_check(&process, &result, purpose.ptr, call->err);
    return outcome == 0 ? 0 : place_error(call->err, &call->plugin->place);
}

int plugins_run(struct arena *arena, enum plugin_event event,
                const struct plugin_scene *scene, const struct report *report,
                struct err *err)
{
    const struct setting_plugins *plugins = &scene->profile->plugins;
    int result = 0;
    for (size_t i = 0; i < plugins->count && result == 0; i++) {
        struct call call = {
            .arena = arena,
            .report = report,
            .plugin = &plugins->items[i],
            .event = event_name(event),
            .err = err,
        };
        buf_init(&call.line);
        report_say(report, REPORT_DETAIL, "plugin %.*s %s", STR_ARG(call.plugin->path),
                   call.event);
        result = run(&call, scene);
        buf_release(&call.line);
    }
    return result;
}
