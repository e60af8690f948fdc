#pragma once
/*
 * The user's home folder as Elixir knows it.
 *
 * The scripts give the VM a private folder as its home, since that is the one way to
 * hand it a cookie that shows in no process's arguments (otp.md 8.5). HOME in its
 * environment is the user's; but Elixir takes System.user_home/0 and "~" in paths from
 * the VM's home when it starts.
 */
#include "relc/term/term.h"

/*
 * A boot instruction that tells Elixir's configuration the value of HOME; it changes
 * nothing, and never fails, where Elixir keeps the folder elsewhere.
 */
struct term elixir_home_instruction(struct arena *arena);
