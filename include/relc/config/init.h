#pragma once
/*
 * The files that `relc init` writes: rel/config.yaml and rel/vm.args for a project.
 */
#include "relc/base/buf.h"
#include "relc/config/project.h"

struct init_options {
    str name; /* the release's; ptr NULL: the main application's, for an umbrella the
                 folder's name (with '-' as '_') */
    const char *template_file; /* to use in place of relc's own; may be NULL */
    bool without_comments;     /* leave out the lines that are comments alone */
};

/*
 * The text of a commented rel/config.yaml that builds at once for the project. A
 * template of the user's has the variables of relc's own (templates/init/config.yaml):
 * project, commands, release, version, version_note, applications, vm_args, settings.
 */
int init_config_text(struct arena *arena, const struct project *project,
                     const struct init_options *options, struct buf *out,
                     struct err *err) ERR_MUST_CHECK;
