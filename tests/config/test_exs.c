/*
 * Elixir configuration files: what relc says of those that are wrong, and where; what is
 * left to Elixir; merging. That the results are Elixir's is shown by exs_oracle.sh.
 */
#include "fixture.h"

#include "relc/config/exs.h"
#include "relc/term/print.h"
#include "relc/term/read.h"

static struct exs_options options_of(struct fixture *f)
{
    str here;
    expect_success(f, fs_current_dir(&f->arena, &here, &f->err));
    return (struct exs_options){.root = path_join(&f->arena, here, STR("work")),
                                .env = STR("prod"),
                                .target = STR("host")};
}

/* Reads work/config.exs of files written before. */
static int read_config(struct fixture *f, struct term *config, bool *needs_elixir)
{
    struct exs_options options = options_of(f);
    return exs_config_read(&f->arena, "config.exs", &options, config, needs_elixir,
                           &f->err);
}

static const char *printed(struct fixture *f, const struct term *term)
{
    struct buf out;
    buf_init(&out);
    term_print_line(&out, term, 0);
    const char *text = arena_strz(&f->arena, buf_view(&out));
    buf_release(&out);
    return text;
}

static void expect_config(struct fixture *f, const char *text, const char *expected)
{
    struct term config;
    bool needs_elixir;
    work_write(f, "config.exs", str_of(text));
    expect_success(f, read_config(f, &config, &needs_elixir));
    assert_string_equal(printed(f, &config), expected);
}

/* The file is wrong, and relc knows without Elixir; or only Elixir knows. */
static void expect_refusal(struct fixture *f, const char *text, bool elixirs,
                           const char *place, const char *message)
{
    struct term config;
    bool needs_elixir;
    work_write(f, "config.exs", str_of(text));
    int result = read_config(f, &config, &needs_elixir);
    assert_int_equal(needs_elixir, elixirs);
    expect_failure(f, result, place, message, NULL);
}

static void test_values_and_order(void **state)
{
    struct fixture *f = *state;
    expect_config(f,
                  "import Config\nconfig :a, b: [c: 1, d: 2], e: \"x\"\n"
                  "config :f, G, ~w(h i)a\nconfig :a, b: [c: 3], j: 'k'\n",
                  "[{f,[{'Elixir.G',[h,i]}]},"
                  "{a,[{e,<<\"x\">>},{b,[{d,2},{c,3}]},{j,\"k\"}]}]");
    expect_config(f, "[a: [b: nil]]", "[{a,[{b,nil}]}]");
    expect_config(f, "", "[]");
}

static void test_environment(void **state)
{
    struct fixture *f = *state;
    static const char text[] =
        "import Config\nconfig :a, b: System.get_env(\"RELC_TEST_A\") || 1,\n"
        "  c: System.fetch_env!(\"RELC_TEST_B\"), d: config_env(), e: config_target()\n";
    expect_refusal(f, text, false, "3:6",
                   "environment variable 'RELC_TEST_B' is not set");
    setenv("RELC_TEST_B", "x", 1);
    expect_config(f, text, "[{a,[{b,1},{c,<<\"x\">>},{d,prod},{e,host}]}]");
}

static void test_syntax_errors(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *place, *message;
    } wrong[] = {
        {"config :a, b: [1, 2\n", "2:1", "syntax error: the file ends too early"},
        {"config :a, b: )\n", "1:15", "syntax error: unexpected ')'"},
        {"x = [1\n, 2]\n", "2:1", "syntax error: unexpected ','"},
        {"x = \"abc\n\n", "1:5",
         "syntax error: the text that begins here has no end (\")"},
        {"x = \"\"\"\nabc\n", "1:5",
         "syntax error: the text that begins here has no end (\"\"\")"},
        {"x = \"\"\"abc\n\"\"\"\n", "1:5",
         "syntax error: after \"\"\" the text begins on a new line"},
        {"x = \"a#{1\"\n", "1:10", "syntax error: unexpected '\"'"},
        {"x = ~w(a\n", "1:5", "syntax error: the text that begins here has no end ())"},
        {"if true do\n  1\n", "3:1", "syntax error: the file ends too early"},
        {"x = [a: 1, 2]\n", "1:12", "syntax error: a keyword list must come last"},
        {"x = 1 + a: 2\n", "1:9", "syntax error: a key stands where a value must be"},
        {"x = 1__0\n", "1:5", "this is no number"},
        {"x = \"\\uD800\"\n", "1:12",
         "syntax error: '\\u' is not followed by a code point"},
        {"end\n", "1:1", "syntax error: unexpected 'end'"},
        {"x = [F.a 1, 2]\n", "1:11",
         "the comma may belong to either of two calls: write the inner one with "
         "parentheses"},
        {"\xc3\xa9t\xc3\xa9 = \xc3(\n", "1:7", "the file is not UTF-8 here"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        expect_refusal(f, wrong[i].text, true, wrong[i].place, wrong[i].message);
}

/* Syntax that no configuration needs, but a mix.exs may have around what counts. */
static void test_the_rest_of_the_syntax_is_read(void **state)
{
    struct fixture *f = *state;
    static const char *const parts[] = {
        "alias Foo.{Bar, Baz}",
        "%__MODULE__{a | b: 1, c: 2}",
        "%name{} = x",
        "%{unquote_splicing(x)}",
        "__MODULE__.Other.call(1).(2)",
        "unquote(m).unquote(f)(1)",
        "Enum.sort(x, &>=/2) |> Kernel.||(1)",
        ":queue.in(1, q)",
        "x.nil",
        "@spec f(a, b: c) :: d when a: term, b: {:ok, [t]}",
        "fn\n  x, y when x > 1 -> y\n  _, _ -> nil\nend",
        "with {:ok, a} <- b(), c = d do\n  e\nelse\n  _ -> f\nend",
        "try do\n  a\nrescue\n  e in [E] -> e\nafter\n  b\nend",
        "for a <- b, c, into: %{}, do: {a, :->}",
        "Path.join(for a <- b, do: c)",
        "quote do: [@a, :@, :., &(&1 + 1), &f/1, ^x, 1..10//2]",
        "<<a::binary-size(3), rest::bits>> = x",
        "a = if b do c end || d",
        "def f(a \\\\ [], {b, _}), do: not (a in b)",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        str text = arena_printf(&f->arena, "if false do\n%s\nend\n", parts[i]);
        struct term config;
        bool needs_elixir;
        work_write(f, "config.exs", text);
        expect_success(f, read_config(f, &config, &needs_elixir));
    }
}

static void test_what_only_elixir_can(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *place, *message;
    } beyond[] = {
        {"import Config\nconfig :a, b: ~r/x/\n", "2:15",
         "only Elixir can evaluate the sigil ~r"},
        {"x = My.Mod.fun(1)\n", "1:5", "only Elixir can evaluate 'My.Mod.fun/1'"},
        {"x = fn -> 1 end\n", "1:5", "only Elixir can evaluate a function"},
        {"x = %URI{}\n", "1:5", "only Elixir can evaluate a struct"},
        {"for x <- [1] do x end\n", "1:1", "only Elixir can evaluate 'for/2'"},
        {"unknown\n", "1:1", "only Elixir can evaluate 'unknown'"},
        {"config :a, b: 1\n", "1:1",
         "only Elixir can evaluate 'config' without 'import Config'"},
        {"defmodule A do\n def f(x) when x > 1, do: %{x | a: 1}\nend\n", "1:1",
         "only Elixir can evaluate 'defmodule/2'"},
    };
    for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++)
        expect_refusal(f, beyond[i].text, true, beyond[i].place, beyond[i].message);
}

static void test_wrong_values(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *place, *message;
    } wrong[] = {
        {"import Config\nconfig \"a\", b: 1\n", "2:8",
         "config wants the name of an application as an atom"},
        {"import Config\nconfig :a, [1]\n", "2:12",
         "config wants a keyword list for application 'a'"},
        {"import Config\nconfig :a, 1, 2\n", "2:12", "config wants an atom as the key"},
        {"String.to_integer(\"x\")\n", "1:1", "'x' is no integer"},
        {"1 and true\n", "1:1", "left of 'and' stands neither true nor false"},
        {"{a, b} = {1}\n", "1:8", "the value does not match what stands left of '='"},
        {"nil || raise \"no\"\n", "1:8", "no"},
        {"~w(a)x\n", "1:1", "the modifier of ~w is one of s, a and c"},
        {"[1]\n", "0:0",
         "the value of the file is no configuration: [app: [key: value]]"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        expect_refusal(f, wrong[i].text, false, wrong[i].place, wrong[i].message);
}

static void test_imports(void **state)
{
    struct fixture *f = *state;
    struct term config;
    bool needs_elixir;
    str root = options_of(f).root;
    work_write_files(f, "==> config.exs\nimport Config\nconfig :a, b: 1\n"
                        "import_config \"sub/#{config_env()}.exs\"\n"
                        "==> sub/prod.exs\nimport Config\nimport_config \"../c.exs\"\n"
                        "==> c.exs\nimport Config\nconfig :a, c: 2\n");
    expect_success(f, read_config(f, &config, &needs_elixir));
    assert_string_equal(printed(f, &config), "[{a,[{b,1},{c,2}]}]");

    work_write_files(f, "==> c.exs\nimport Config\n\n  import_config \"config.exs\"\n");
    int result = read_config(f, &config, &needs_elixir);
    assert_false(needs_elixir);
    assert_string_equal(f->err.file, "c.exs");
    expect_failure(f, result, "3:3",
                   "the imports never end: config.exs -> sub/prod.exs -> c.exs -> "
                   "config.exs",
                   NULL);

    work_write_files(f, "==> c.exs\nimport Config\nimport_config \"d.exs\"\n");
    result = read_config(f, &config, &needs_elixir);
    assert_false(needs_elixir);
    str message =
        arena_printf(&f->arena, "there is no file '%.*s/d.exs' to import", STR_ARG(root));
    expect_failure(f, result, "2:1", message.ptr, NULL);
}

static void test_a_chain_of_imports_ends(void **state)
{
    struct fixture *f = *state;
    struct term config;
    bool needs_elixir;
    for (unsigned i = 0; i < 100; i++)
        work_write(
            f, arena_printf(&f->arena, "%u.exs", i).ptr,
            arena_printf(&f->arena, "import Config\nimport_config \"%u.exs\"\n", i + 1));
    work_write(f, "config.exs", STR("import Config\nimport_config \"0.exs\"\n"));
    int result = read_config(f, &config, &needs_elixir);
    expect_failure(f, result, "2:1", "more than 64 files import one another", NULL);
}

/* Values that share their parts grow with every line: the work is bounded. */
static void test_growth_is_bounded(void **state)
{
    struct fixture *f = *state;
    static const char *const steps[] = {"x = [x, x]\n", "x = x ++ x\n",
                                        "x = \"#{x}#{x}\"\n", "x = x <> x\n",
                                        "x = [x]\n"};
    static const char *const starts[] = {"x = 1\n", "x = [1]\n", "x = \"a\"\n",
                                         "x = \"a\"\n", "x = 1\n"};
    for (size_t i = 0; i < 5; i++) {
        struct term config;
        bool needs_elixir;
        struct buf text;
        buf_init(&text);
        buf_str(&text, str_of(starts[i]));
        for (unsigned line = 0; line < 2000; line++)
            buf_str(&text, str_of(steps[i]));
        work_write(f, "config.exs", buf_view(&text));
        assert_int_equal(read_config(f, &config, &needs_elixir), -1);
        assert_true(needs_elixir);
        buf_release(&text);
        err_release(&f->err);
    }
}

static void test_depth_is_bounded(void **state)
{
    struct fixture *f = *state;
    static const char *const openings[] = {
        "[", "{", "(", "-", "f ", "\"#{", "fn -> ", "not ", "a + ", "if x do ", "a.b."};
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
        struct term config;
        bool needs_elixir;
        struct buf text;
        buf_init(&text);
        for (unsigned n = 0; n < 20000; n++)
            buf_str(&text, str_of(openings[i]));
        work_write(f, "config.exs", buf_view(&text));
        assert_int_equal(read_config(f, &config, &needs_elixir), -1);
        buf_release(&text);
        err_release(&f->err);
    }
}

static void test_without_elixir(void **state)
{
    struct fixture *f = *state;
    struct exs_options options = options_of(f);
    struct term config;
    work_write(f, "config.exs", STR("import Config\nconfig :a, b: ~r/x/\n"));
    int result =
        exs_config_evaluate(&f->arena, "config.exs", &options, NULL, &config, &f->err);
    expect_failure(f, result, "2:15", "only Elixir can evaluate the sigil ~r",
                   "put Elixir on PATH or set elixir_root; or set config_at_boot to "
                   "true, so that the release evaluates the file when it boots");
}

static int read_term(struct fixture *f, const char *text, struct term *term)
{
    struct term_source source = {"term", arena_printf(&f->arena, "%s.\n", text), 0};
    return term_read_first(&f->arena, &source, term, &f->err);
}

static void test_merge(void **state)
{
    struct fixture *f = *state;
    struct term terms[2], merged;
    static const struct {
        const char *under, *over, *merged;
    } cases[] = {
        {"[]", "[]", "[]"},
        {"[{a,[{b,1}]}]", "[]", "[{a,[{b,1}]}]"},
        {"[{a,[{b,1},{c,2}]},{d,[]}]", "[{a,[{b,3}]}]", "[{d,[]},{a,[{c,2},{b,3}]}]"},
        {"[{a,[{b,[{c,1}]}]}]", "[{a,[{b,[{d,2}]}]}]", "[{a,[{b,[{c,1},{d,2}]}]}]"},
        {"[{a,[{b,[1]}]}]", "[{a,[{b,[{d,2}]}]}]", "[{a,[{b,[{d,2}]}]}]"},
        {"[{a,[{\"k\",1}]}]", "[{a,[{\"k\",2},{\"l\",3}]}]",
         "[{a,[{\"k\",2},{\"l\",3}]}]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        expect_success(f, read_term(f, cases[i].under, &terms[0]));
        expect_success(f, read_term(f, cases[i].over, &terms[1]));
        merged = exs_config_merge(&f->arena, &terms[0], &terms[1]);
        assert_string_equal(printed(f, &merged), cases[i].merged);
    }
}

static void expect_files(struct fixture *f, size_t count, const char *const *expected)
{
    struct exs_options options = options_of(f);
    str *files;
    size_t found;
    expect_success(f, exs_config_files(&f->arena, "config/config.exs", &options, &files,
                                       &found, &f->err));
    assert_int_equal(found, count);
    for (size_t i = 0; i < count; i++)
        expect_text(files[i], expected[i]);
}

static void test_files_to_ship(void **state)
{
    struct fixture *f = *state;
    struct exs_options options = options_of(f);
    str *files;
    size_t count;
    work_write_files(f, "==> config/config.exs\nimport Config\nif true do\n"
                        "  import_config \"#{config_env()}.exs\"\nend\n"
                        "if x(), do: import_config \"not_there.exs\"\n"
                        "==> config/prod.exs\nimport Config\nimport_config \"a/b.exs\"\n"
                        "==> config/dev.exs\n1\n==> config/a/b.exs\n1\n");
    expect_files(f, 3, (const char *const[]){"config.exs", "prod.exs", "a/b.exs"});
    work_write_files(f, "==> config/a/b.exs\nfor f <- fs(), do: import_config(f)\n");
    expect_files(f, 4,
                 (const char *const[]){"config.exs", "prod.exs", "a/b.exs", "dev.exs"});
    work_write_files(f,
                     "==> config/a/b.exs\nimport_config \"../../c.exs\"\n==> c.exs\n1\n");
    int result = exs_config_files(&f->arena, "config/config.exs", &options, &files,
                                  &count, &f->err);
    str root = options.root;
    expect_failure(f, result, "1:1",
                   arena_printf(&f->arena,
                                "the import of '%.*s/c.exs' cannot go into the release: "
                                "it is not in '%.*s/config'",
                                STR_ARG(root), STR_ARG(root))
                       .ptr,
                   NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_values_and_order),
        TEST(test_environment),
        TEST(test_syntax_errors),
        TEST(test_the_rest_of_the_syntax_is_read),
        TEST(test_what_only_elixir_can),
        TEST(test_wrong_values),
        TEST(test_imports),
        TEST(test_a_chain_of_imports_ends),
        TEST(test_growth_is_bounded),
        TEST(test_depth_is_bounded),
        TEST(test_without_elixir),
        TEST(test_merge),
        TEST(test_files_to_ship),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
