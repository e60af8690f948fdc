/* The two releases as wholes: versions, ERTS, Elixir, what an upgrade needs at all. */
#include "build/judge.h"

static const struct spot whole = {.line = 0};

static void check_names(struct checker *checker)
{
    const struct release *old_release = checker->old_side->release,
                         *new_release = checker->new_side->release;
    int order = version_compare(new_release->vsn, old_release->vsn);
    if (!str_eq(old_release->name, new_release->name))
        finding_add(checker, OTHER_RELEASE, &whole,
                    "a node can only be upgraded to another version of its own release",
                    "the releases have different names, '%.*s' and '%.*s'",
                    STR_ARG(old_release->name), STR_ARG(new_release->name));
    if (str_eq(old_release->vsn, new_release->vsn))
        finding_add(checker, RELEASE_VERSION_NOT_RAISED, &whole,
                    "raise the release's version",
                    "both releases have the version %.*s: the node would take the new "
                    "one for installed already",
                    STR_ARG(old_release->vsn));
    else if (order < 0)
        finding_add(checker, RELEASE_VERSION_LOWERED, &whole,
                    "give OLD and NEW the other way round if the upgrade is meant",
                    "the release's version goes down, from %.*s to %.*s",
                    STR_ARG(old_release->vsn), STR_ARG(new_release->vsn));
}

static void check_needs(struct checker *checker, const struct upgrade_side *side)
{
    if (!release_app(side->release, STR("sasl")))
        finding_add(checker, NO_RELEASE_HANDLER, &whole,
                    "add sasl to the release's applications",
                    "version %.*s has no application sasl, and so no release_handler "
                    "that could install an upgrade",
                    STR_ARG(side->release->vsn));
    if (!side->has_erts)
        finding_add(checker, ERTS_NOT_INCLUDED, &whole, "build with include_erts: true",
                    "version %.*s comes without ERTS: the node runs the machine's "
                    "Erlang, in whose folders an upgrade would be installed",
                    STR_ARG(side->release->vsn));
    if (side->linked)
        finding_add(checker, DEV_MODE, &whole, "build without --dev and dev_mode",
                    "version %.*s only links to its applications (dev_mode): a running "
                    "node sees each compilation, there is no old version to upgrade from",
                    STR_ARG(side->release->vsn));
}

static void check_elixir(struct checker *checker)
{
    str old_vsn = checker->old_side->elixir_vsn, new_vsn = checker->new_side->elixir_vsn;
    if (old_vsn.len && new_vsn.len && !str_eq(old_vsn, new_vsn) &&
        !checker->emulator_restarts)
        finding_add(checker, ELIXIR_CHANGED, &whole,
                    "build the new version with the same Elixir, or restart the node "
                    "with the new version instead of upgrading it",
                    "Elixir changes from %.*s to %.*s, which cannot be replaced while "
                    "it runs",
                    STR_ARG(old_vsn), STR_ARG(new_vsn));
}

/* A line of vm.args is the flag; comments begin with '#'. */
static bool has_flag(str text, const char *flag)
{
    str rest = text;
    while (rest.ptr)
        if (str_eqz(str_trim(str_split(&rest, '\n')), flag))
            return true;
    return false;
}

static void check_restart(struct checker *checker)
{
    const struct release *old_release = checker->old_side->release,
                         *new_release = checker->new_side->release;
    struct spot spot = {.file = checker->old_side->vm_args.name};
    if (!checker->emulator_restarts)
        return;
    if (!str_eq(old_release->erts_vsn, new_release->erts_vsn))
        finding_add(checker, EMULATOR_RESTARTS, &whole,
                    "all processes and connections end; build with the same Erlang to "
                    "keep them",
                    "the node restarts: ERTS %.*s becomes %.*s",
                    STR_ARG(old_release->erts_vsn), STR_ARG(new_release->erts_vsn));
    else
        finding_add(checker, EMULATOR_RESTARTS, &whole,
                    "all processes and connections end",
                    "the node restarts as part of the upgrade");
    if (!has_flag(checker->old_side->vm_args.text, "-heart"))
        finding_add(checker, HEART_MISSING, &spot,
                    "put -heart into vm.args and restart the node once, or replace the "
                    "release instead of upgrading it",
                    "the node has to restart, but runs without heart, which would start "
                    "it again");
}

int check_releases(struct checker *checker)
{
    check_names(checker);
    check_needs(checker, checker->old_side);
    check_needs(checker, checker->new_side);
    check_elixir(checker);
    check_restart(checker);
    return 0;
}
