/* What can be told from a mix.exs without running it, and what must not be guessed. */
#include "fixture.h"

#include "config/mixfile.h"

static struct mix_file read_text(struct fixture *f, const char *text)
{
    return mix_file_read(&f->arena, str_of(text));
}

/* A mix.exs whose project/0 returns the list. */
static struct mix_file read_list(struct fixture *f, const char *before, const char *list)
{
    str text = arena_printf(&f->arena,
                            "defmodule X.MixProject do\n  use Mix.Project\n%s\n"
                            "  def project do\n    [%s]\n  end\n\n"
                            "  def application do\n    [app: :wrong]\n  end\nend\n",
                            before, list);
    return mix_file_read(&f->arena, text);
}

static void test_literals(void **state)
{
    struct fixture *f = *state;
    struct mix_file file =
        read_list(f, "", "\n app: :book_app,\n version: \"1.2.3-rc.1\",\n deps: deps()");
    expect_text(file.app, "book_app");
    expect_text(file.version, "1.2.3-rc.1");
    assert_false(file.has_apps_path);
    assert_false(file.one_build_folder);
    expect_text(file.build_path, NULL);
}

static void test_one_line_projects(void **state)
{
    struct fixture *f = *state;
    struct mix_file file =
        read_text(f, "defmodule X do\ndef project, do: [app: :x, version: \"1\"]\nend");
    expect_text(file.app, "x");
    expect_text(file.version, "1");
}

static void test_attributes(void **state)
{
    struct fixture *f = *state;
    struct mix_file file = read_list(f, "  @version \"0.9.0\"\n  @name :my_app\n",
                                     "app: @name, version: @version");
    expect_text(file.app, "my_app");
    expect_text(file.version, "0.9.0");
    file = read_list(f, "  defp vsn, do: \"1\\x2e7\"\n", "app: :a, version: vsn()");
    expect_text(file.version, "1.7");
}

static void test_what_is_computed_is_unknown(void **state)
{
    struct fixture *f = *state;
    static const char *const lists[] = {
        "version: \"1.\" <> minor()",
        "version: version()",
        "version: version(1)",
        "version: @version",
        "version: \"1.#{@minor}\"",
        "version: String.trim(\"1\")",
        "version: \"VERSION\" |> File.read!()",
        "version: @other",
        "version: :atom",
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct mix_file file = read_list(
            f, "@version File.read!(\"VERSION\")\n@other \"1\" <> \"2\"", lists[i]);
        expect_text(file.version, NULL);
    }
}

static void test_comments_strings_and_sigils_are_no_code(void **state)
{
    struct fixture *f = *state;
    struct mix_file file =
        read_list(f, "",
                  "# app: :commented, version: \"0\"\n"
                  "description: \"app: :quoted # }]\",\n"
                  "doc: \"\"\"\n  app: :heredoc \"quoted\"\n  \"\"\",\n"
                  "s: ~S(app: :sigil ]), c: ?\", d: ?\\\", e: 'app: :chars',\n"
                  "w: ~w[app: ], i: \"#{inspect(\"app: :inner }\")}\",\n"
                  "app: :real, version: \"1\"");
    expect_text(file.app, "real");
    expect_text(file.version, "1");
}

static void test_the_outermost_key_counts(void **state)
{
    struct fixture *f = *state;
    struct mix_file file =
        read_list(f, "",
                  "releases: [one: [version: \"9\", applications: [app: :permanent]]],\n"
                  "deps: [{:dep, \"~> 1\", app: :no}], app: :real, version: \"1\",\n"
                  "package: [version: \"8\"]");
    expect_text(file.app, "real");
    expect_text(file.version, "1");
}

static void test_other_functions_do_not_count(void **state)
{
    struct fixture *f = *state;
    struct mix_file file = read_text(f, "def application, do: [app: :a, version: \"1\"]\n"
                                        "def project do\n [name: \"x\"]\nend\n"
                                        "defp deps, do: [app: :b]\n");
    expect_text(file.app, NULL);
    expect_text(file.version, NULL);
}

static void test_umbrellas_and_build_paths(void **state)
{
    struct fixture *f = *state;
    struct mix_file file = read_list(f, "", "apps_path: \"services\", version: \"1\"");
    assert_true(file.has_apps_path);
    expect_text(file.apps_path, "services");
    file = read_list(f, "", "apps_path: path(), version: \"1\"");
    assert_true(file.has_apps_path);
    expect_text(file.apps_path, NULL);
    file = read_list(f, "",
                     "app: :x, build_path: \"../../_build\","
                     "build_per_environment: false");
    expect_text(file.build_path, "../../_build");
    assert_true(file.one_build_folder);
}

/* Every prefix of a file with all kinds of tokens: no read beyond the end. */
static void test_cut_off_files(void **state)
{
    struct fixture *f = *state;
    static const char text[] =
        "@v \"1\\\"#{x(\"}\")}\" # c\ndef project do [app: :\"x y\", "
        "version: @v, s: ~w(a\\)b)a, h: ~S\"\"\"\nx\n\"\"\", c: ?\\n, "
        "k: Foo.bar!(1) :: int] end";
    for (size_t len = 0; len < sizeof text; len++) {
        char *copy = malloc(len + !len);
        memcpy(copy, text, len);
        mix_file_read(&f->arena, (str){copy, len});
        free(copy);
    }
    struct mix_file file = mix_file_read(&f->arena, (str){text, sizeof text - 1});
    expect_text(file.app, "x y");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_literals),
        TEST(test_one_line_projects),
        TEST(test_attributes),
        TEST(test_what_is_computed_is_unknown),
        TEST(test_comments_strings_and_sigils_are_no_code),
        TEST(test_the_outermost_key_counts),
        TEST(test_other_functions_do_not_count),
        TEST(test_umbrellas_and_build_paths),
        TEST(test_cut_off_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
