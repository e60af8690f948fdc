/*
 * Prints what beam/ reads of .beam files, for beam_oracle.sh: one Erlang term and a dot
 * for each path in the file named by the argument (a path a line).
 *
 *     {File, Module, NameAlone, [{Chunk, Size, Crc}], [{M, F, A}] imports,
 *      [{F, A}] exports, Attributes, Vsn, Behaviours}  or  {error, File, Message}
 */
#include "relc/base/fs.h"
#include "relc/beam/beam.h"
#include "relc/term/print.h"

#include <stdio.h>
#include <zlib.h>

static struct term chunk_terms(struct arena *arena, const struct beam *beam)
{
    struct term_builder list = {.arena = arena};
    for (size_t i = 0; i < beam->chunk_count; i++) {
        str data = beam->chunks[i].data;
        unsigned long crc = crc32_z(0, (const unsigned char *)data.ptr, data.len);
        struct term id = term_string(arena, (str){beam->chunks[i].id, 4});
        term_add(&list, term_triple(arena, id, term_integer((int64_t)data.len),
                                    term_integer((int64_t)crc)));
    }
    return term_built_list(&list);
}

static struct term import_terms(struct arena *arena,
                                const struct beam_functions *functions)
{
    struct term_builder list = {.arena = arena};
    for (size_t i = 0; i < functions->count; i++) {
        const struct beam_function *f = &functions->items[i];
        term_add(&list, term_triple(arena, term_atom(f->module), term_atom(f->name),
                                    term_integer(f->arity)));
    }
    return term_built_list(&list);
}

static struct term export_terms(struct arena *arena,
                                const struct beam_functions *functions)
{
    struct term_builder list = {.arena = arena};
    for (size_t i = 0; i < functions->count; i++)
        term_add(&list, term_pair(arena, term_atom(functions->items[i].name),
                                  term_integer(functions->items[i].arity)));
    return term_built_list(&list);
}

static struct term atom_terms(struct arena *arena, const str *names, size_t count)
{
    struct term_builder list = {.arena = arena};
    for (size_t i = 0; i < count; i++)
        term_add(&list, term_atom(names[i]));
    return term_built_list(&list);
}

static int describe(struct arena *arena, const char *path, struct term *result,
                    struct err *err)
{
    struct term_builder tuple = {.arena = arena};
    struct beam beam;
    struct beam_functions imports, exports;
    struct term attributes, vsn;
    str bytes, name, *behaviours;
    size_t count;
    if (fs_read(arena, path, 0, &bytes, err) < 0 ||
        beam_module_name(arena, bytes, path, &name, err) < 0 ||
        beam_open(arena, bytes, path, &beam, err) < 0 ||
        beam_imports(arena, &beam, &imports, err) < 0 ||
        beam_exports(arena, &beam, &exports, err) < 0 ||
        beam_attributes(arena, &beam, &attributes, err) < 0 ||
        beam_vsn(arena, &beam, &vsn, err) < 0 ||
        beam_behaviours(arena, &beam, &behaviours, &count, err) < 0)
        return -1;
    term_add(&tuple, term_string(arena, str_of(path)));
    term_add(&tuple, term_atom(beam.module));
    term_add(&tuple, term_atom(name));
    term_add(&tuple, chunk_terms(arena, &beam));
    term_add(&tuple, import_terms(arena, &imports));
    term_add(&tuple, export_terms(arena, &exports));
    term_add(&tuple, attributes);
    term_add(&tuple, vsn);
    term_add(&tuple, atom_terms(arena, behaviours, count));
    *result = term_built_tuple(&tuple);
    return 0;
}

static void print_file(str line)
{
    struct arena arena;
    struct err err;
    struct buf out;
    struct term term;
    arena_init(&arena);
    err_init(&err);
    buf_init(&out);
    const char *path = arena_strz(&arena, line);
    if (describe(&arena, path, &term, &err) < 0)
        term = term_triple(&arena, term_atom(STR("error")),
                           term_string(&arena, str_of(path)),
                           term_string(&arena, str_of(err.message)));
    term_print_line(&out, &term, 0);
    printf("%s.\n", out.ptr);
    buf_release(&out);
    err_release(&err);
    arena_release(&arena);
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct err err;
    str list;
    int status = 0;
    arena_init(&arena);
    err_init(&err);
    if (argc != 2) {
        fprintf(stderr, "usage: beam_tool LIST\n");
        return 2;
    }
    printf("%%%% coding: utf-8\n");
    if (fs_read(&arena, argv[1], 0, &list, &err) < 0) {
        fprintf(stderr, "beam_tool: %s\n", err.message);
        status = 1;
    }
    while (status == 0 && list.ptr) {
        str line = str_split(&list, '\n');
        if (line.len > 0)
            print_file(line);
    }
    err_release(&err);
    arena_release(&arena);
    return status || fflush(stdout) != 0;
}
