#pragma once
/*
 * Private to exs/: what the readers of configuration files share.
 */
#include "config/exs/eval.h"
#include "relc/base/map.h"
#include "relc/config/exs.h"
