#pragma once
/*
 * The checksum of the program cksum (POSIX): what every system can check with its own
 * tools. For damage that happens by chance, not for what somebody did on purpose.
 */
#include "relc/base/str.h"

#include <stdint.h>

uint32_t cksum(str bytes);
