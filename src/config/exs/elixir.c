/*
 * Configuration files that need Elixir: templates/elixir/read_config.exs, run by it.
 */
#include "config/exs/config.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/base/process.h"
#include "relc/template/builtin.h"
#include "relc/term/etf.h"

#include <stdlib.h>
#include <unistd.h>

/* An evaluation by Elixir. */
struct run {
    struct arena *arena;
    const char *path;
    const struct exs_options *options;
    const struct report *report;
    char *result; /* the file that Elixir writes */
    str output;   /* what it says */
    str reason;   /* what relc could not evaluate, and where */
    struct err *err;
};

static int make_result_file(struct run *run)
{
    const char *folder = getenv("TMPDIR");
    run->result =
        arena_strz(run->arena, arena_printf(run->arena, "%s/relc-config-XXXXXX",
                                            folder && *folder ? folder : "/tmp"));
    int fd = mkstemp(run->result);
    if (fd < 0)
        return err_set(run->err, ERR_IO, "cannot make a file in '%s'",
                       folder && *folder ? folder : "/tmp");
    close(fd);
    return 0;
}

/* Elixir itself did not get to the end. */
static int broke_off(struct run *run, int status)
{
    err_set(run->err, ERR_INPUT, "Elixir ended with status %d:\n%.*s", status,
            STR_ARG(str_trim(run->output)));
    return err_at(run->err,
                  path_relative_to(run->arena, str_of(run->path), run->options->root).ptr,
                  0, 0);
}

static int run_elixir(struct run *run)
{
    const char *script = arena_strz(run->arena, builtin_get("elixir/read_config.exs"));
    const struct exs_options *options = run->options;
    struct process_result result;
    const char *const arguments[] = {
        options->program,
        "-e",
        script,
        run->path,
        arena_strz(run->arena, options->env),
        arena_strz(run->arena, options->target),
        run->result,
        NULL,
    };
    const struct process process = {
        .arguments = arguments,
        .folder = arena_strz(run->arena, options->root),
        .together = true,
    };
    if (process_run(run->arena, &process, &result, run->err) != 0)
        return -1;
    run->output = result.err;
    return result.status == 0 ? 0 : broke_off(run, result.status);
}

/* {error, File, Line, Column, Message} */
static int failed(struct run *run, const struct term *result)
{
    str file, message;
    const struct term *parts = result->as.list.items;
    if (!term_text(&parts[1], &file) || !term_text(&parts[4], &message) ||
        parts[2].kind != TERM_INTEGER || parts[3].kind != TERM_INTEGER)
        return broke_off(run, 0);
    err_set(run->err, ERR_INPUT, "%.*s", STR_ARG(str_trim(message)));
    if (!file.len)
        err_hint(run->err, "Elixir was asked because of %.*s", STR_ARG(run->reason));
    str place = path_relative_to(run->arena, file.len ? file : str_of(run->path),
                                 run->options->root);
    return err_at(run->err, place.ptr, (unsigned)parts[2].as.integer,
                  (unsigned)parts[3].as.integer);
}

static int read_result(struct run *run, struct term *config)
{
    struct term result;
    str bytes;
    if (fs_read(run->arena, run->result, 0, &bytes, run->err) != 0)
        return -1;
    if (etf_decode(run->arena, bytes, "the configuration", &result, run->err) != 0) {
        err_hint(run->err, "it may hold atoms, numbers, texts, lists, tuples, maps and "
                           "functions of modules");
        return err_at(run->err, run->path, 0, 0);
    }
    if (term_is_tuple(&result, "error", 5))
        return failed(run, &result);
    if (!term_is_tuple(&result, "ok", 2))
        return broke_off(run, 0);
    *config = result.as.list.items[1];
    return 0;
}

static int evaluate_by_elixir(struct run *run, struct term *config)
{
    if (make_result_file(run) != 0)
        return -1;
    int result = run_elixir(run);
    if (result == 0)
        result = read_result(run, config);
    unlink(run->result);
    for (str rest = str_trim(run->output); result == 0 && rest.ptr && rest.len;) {
        str line = str_split(&rest, '\n');
        report_say(run->report, REPORT_NOTE, "%.*s", STR_ARG(line));
    }
    return result;
}

static int no_elixir(struct err *err)
{
    if (str_starts(str_of(err->message), STR("syntax error")))
        return -1;
    return err_hint(err, "put Elixir on PATH or set elixir_root; or set config_at_boot "
                         "to true, so that the release evaluates the file when it boots");
}

int exs_config_evaluate(struct arena *arena, const char *path,
                        const struct exs_options *options, const struct report *report,
                        struct term *config, struct err *err)
{
    struct run run = {
        .arena = arena, .path = path, .options = options, .report = report, .err = err};
    bool needs_elixir;
    if (exs_config_read(arena, path, options, config, &needs_elixir, err) == 0)
        return 0;
    if (!needs_elixir)
        return -1;
    if (!options->program)
        return no_elixir(err);
    run.reason = arena_printf(arena, "%s:%u:%u: %s", err->file ? err->file : path,
                              err->line, err->column, err->message);
    report_say(report, REPORT_DETAIL, "running Elixir for %.*s", STR_ARG(run.reason));
    err_release(err);
    return evaluate_by_elixir(&run, config);
}
