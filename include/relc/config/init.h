#pragma once
/*
 * The files that `relc init` writes: rel/config.yaml and rel/vm.args for a project.
 */
#include "relc/base/buf.h"
#include "relc/config/project.h"

/*
 * The text of a commented rel/config.yaml that builds at once for the project. name
 * is the release's name; ptr NULL: the main application's, for an umbrella the
 * folder's name (with '-' as '_').
 */
int init_config_text(struct arena *arena, const struct project *project, str name,
                     struct buf *out, struct err *err) ERR_MUST_CHECK;
