#pragma once
/*
 * Configuration at boot: the terms by which Elixir's Config.Provider evaluates
 * runtime.exs and other providers when the release starts (otp.md, chapter 10). They
 * are those that `mix release` writes, made without Elixir.
 */
#include "relc/build/plan.h"
#include "relc/image/image.h"

/*
 * Adds runtime.exs to the image, and the providers to the configuration, which becomes
 * sys.config. Nothing changes when the plan has no providers.
 */
int providers_add(struct arena *arena, struct image *image, const struct plan *plan,
                  struct term *config, struct err *err) ERR_MUST_CHECK;
