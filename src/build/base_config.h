#pragma once
/*
 * The configuration that a release is built with: what config/config.exs evaluates to,
 * with the terms of sys_config over it.
 */
#include "relc/build/plan.h"
#include "relc/config/exs.h"

/* What config.exs is evaluated with: the environment that the project is compiled in. */
struct exs_options base_config_options(const struct plan *plan);

/* [{App, [{Key, Value}]}], and names of further files if sys_config has some. */
int base_config_read(struct arena *arena, const struct plan *plan,
                     const struct report *report, struct term *config,
                     struct err *err) ERR_MUST_CHECK;
