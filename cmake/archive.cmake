# RELC_ARCHIVE: what to link for reading tar archives.
#
# The shared libarchive brings a dozen libraries along (ICU among them) that reading tar
# does not need; loading them takes as long as the rest of a small command. The static one
# brings only what is used. Where there is none, or it needs more, the shared one serves.
find_library(ARCHIVE_STATIC NAMES libarchive.a)
set(RELC_ARCHIVE PkgConfig::ARCHIVE)
if(ARCHIVE_STATIC)
  try_compile(RELC_ARCHIVE_STATIC_WORKS ${CMAKE_BINARY_DIR}/archive
              ${CMAKE_CURRENT_LIST_DIR}/archive_check.c
              CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${ARCHIVE_INCLUDE_DIRS}"
              LINK_LIBRARIES ${ARCHIVE_STATIC})
  if(RELC_ARCHIVE_STATIC_WORKS)
    set(RELC_ARCHIVE ${ARCHIVE_STATIC})
    include_directories(SYSTEM ${ARCHIVE_INCLUDE_DIRS})
  endif()
endif()
