/*
 * What the oracle tests of terms run beside OTP. Reads file names from standard input,
 * one a line, and does for each what the mode (first argument) says:
 *
 *   print   FILE (a list in external format) -> FILE.print, each element as ~tp of the
 *           OTP release prints it, with a NUL byte after it
 *   encode  FILE (as above) -> FILE.etf, each element encoded, with a 4-byte length
 * before read    FILE (text) -> FILE.etf, the list of its terms, or FILE.err, the message
 *   parse   as read, then prints each term and reads it again: both must be equal
 *
 *   reprint FILE (one term as systools prints it): printed again it must be the same
 *   recode  FILE (external format): encoded again it must be the same
 *
 * The second argument is the OTP release; Latin-1 atoms are encoded up to 25.
 */
#include "relc/base/fs.h"
#include "relc/term/etf.h"
#include "relc/term/print.h"
#include "relc/term/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tool {
    struct arena arena;
    struct buf out;
    struct err err;
    int otp;
};

static int write_beside(struct tool *tool, const char *path, const char *ending, str text)
{
    str name = arena_printf(&tool->arena, "%s%s", path, ending);
    return fs_write_file(name.ptr, text, 0644, &tool->err);
}

static int encode(struct tool *tool, const struct term *term)
{
    enum etf_atoms atoms = tool->otp >= 26 ? ETF_ATOMS_UTF8 : ETF_ATOMS_LATIN1;
    return etf_encode(&tool->out, term, atoms, &tool->err);
}

static int decode_file(struct tool *tool, const char *path, struct term *term)
{
    str bytes;
    if (fs_read(&tool->arena, path, 0, &bytes, &tool->err) != 0)
        return -1;
    return etf_decode(&tool->arena, bytes, path, term, &tool->err);
}

static int run_print(struct tool *tool, const char *path)
{
    struct term list;
    if (decode_file(tool, path, &list) != 0)
        return -1;
    for (size_t i = 0; i < list.as.list.count; i++) {
        term_print(&tool->out, &list.as.list.items[i], tool->otp);
        buf_putc(&tool->out, '\0');
    }
    return write_beside(tool, path, ".print", buf_view(&tool->out));
}

static int run_encode(struct tool *tool, const char *path)
{
    struct term list;
    struct buf all;
    int result = 0;
    if (decode_file(tool, path, &list) != 0)
        return -1;
    buf_init(&all);
    for (size_t i = 0; result == 0 && i < list.as.list.count; i++) {
        buf_clear(&tool->out);
        result = encode(tool, &list.as.list.items[i]);
        buf_u32(&all, (uint32_t)tool->out.len);
        buf_str(&all, buf_view(&tool->out));
    }
    if (result == 0)
        result = write_beside(tool, path, ".etf", buf_view(&all));
    buf_release(&all);
    return result;
}

static int read_terms(struct tool *tool, const char *path, struct term *list)
{
    struct term_source source = {.file = path, .otp = tool->otp};
    struct term *terms;
    size_t count;
    if (fs_read(&tool->arena, path, 0, &source.text, &tool->err) != 0 ||
        term_read_all(&tool->arena, &source, &terms, &count, &tool->err) != 0)
        return -1;
    *list = term_list(&tool->arena, terms, count);
    return 0;
}

static int run_read(struct tool *tool, const char *path)
{
    struct term list;
    if (read_terms(tool, path, &list) != 0) {
        str message = arena_printf(&tool->arena, "%u:%u: %s\n", tool->err.line,
                                   tool->err.column, tool->err.message);
        err_release(&tool->err);
        return write_beside(tool, path, ".err", message);
    }
    if (encode(tool, &list) != 0)
        return -1;
    return write_beside(tool, path, ".etf", buf_view(&tool->out));
}

static int run_parse(struct tool *tool, const char *path)
{
    struct term list, again;
    if (read_terms(tool, path, &list) != 0)
        return -1;
    term_print_file(&tool->out, &list, tool->otp);
    struct term_source source = {path, buf_view(&tool->out), tool->otp};
    if (term_read_first(&tool->arena, &source, &again, &tool->err) != 0)
        return -1;
    if (!term_equal(&list, &again))
        return err_set(&tool->err, ERR_FORMAT, "'%s' is not the same after printing",
                       path);
    return 0;
}

static int compare_bytes(struct tool *tool, const char *path, str before)
{
    if (str_eq(before, buf_view(&tool->out)))
        return 0;
    return err_set(&tool->err, ERR_FORMAT, "'%s' differs after writing it again", path);
}

static int run_reprint(struct tool *tool, const char *path)
{
    struct term term;
    str before;
    if (fs_read(&tool->arena, path, 0, &before, &tool->err) != 0 ||
        term_read_file_one(&tool->arena, path, &term, &tool->err) != 0)
        return -1;
    term_print_file(&tool->out, &term, tool->otp);
    return compare_bytes(tool, path, before);
}

static int run_recode(struct tool *tool, const char *path)
{
    struct term term;
    str before;
    if (fs_read(&tool->arena, path, 0, &before, &tool->err) != 0 ||
        decode_file(tool, path, &term) != 0 || encode(tool, &term) != 0)
        return -1;
    return compare_bytes(tool, path, before);
}

typedef int run_mode(struct tool *tool, const char *path);

static run_mode *find_mode(const char *name)
{
    static const struct {
        const char *name;
        run_mode *run;
    } modes[] = {
        {"print", run_print}, {"encode", run_encode},   {"read", run_read},
        {"parse", run_parse}, {"reprint", run_reprint}, {"recode", run_recode},
    };
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(modes[i].name, name) == 0)
            return modes[i].run;
    }
    return NULL;
}

static int run_file(run_mode *run, const char *path, int otp)
{
    struct tool tool = {.otp = otp};
    arena_init(&tool.arena);
    buf_init(&tool.out);
    err_init(&tool.err);
    int result = run(&tool, path);
    if (result != 0)
        fprintf(stderr, "%s:%u:%u: %s\n", path, tool.err.line, tool.err.column,
                tool.err.message);
    err_release(&tool.err);
    buf_release(&tool.out);
    arena_release(&tool.arena);
    return result;
}

int main(int argc, char **argv)
{
    char path[4096];
    int failures = 0;
    run_mode *run = argc == 3 ? find_mode(argv[1]) : NULL;
    if (!run) {
        fprintf(stderr, "usage: %s MODE OTP < NAMES\n", argv[0]);
        return 2;
    }
    while (fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\n")] = '\0';
        failures += run_file(run, path, atoi(argv[2])) != 0;
    }
    return failures ? 1 : 0;
}
