# Writes OUTPUT, a C file with the content of every file under ROOT, as the table
# that include/relc/template/builtin.h declares. Sorted by name: same tree, same bytes.
file(GLOB_RECURSE FILES RELATIVE ${ROOT} ${ROOT}/*)
list(SORT FILES)
set(ARRAYS "")
set(TABLE "")
set(INDEX 0)
foreach(FILE IN LISTS FILES)
  file(READ ${ROOT}/${FILE} HEX HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," BYTES "${HEX}")
  string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)"
         "\\1\n" BYTES "${BYTES}")
  string(APPEND ARRAYS "static const unsigned char file_${INDEX}[] = {\n${BYTES}0};\n")
  string(APPEND TABLE "    {\"${FILE}\", file_${INDEX}, sizeof file_${INDEX} - 1},\n")
  math(EXPR INDEX "${INDEX} + 1")
endforeach()
file(WRITE ${OUTPUT} "/* Generated from templates/ by src/template/embed.cmake. */\n"
  "#include \"relc/template/builtin.h\"\n\n${ARRAYS}\n"
  "const struct builtin_file builtin_files[] = {\n${TABLE}};\n"
  "const size_t builtin_file_count = ${INDEX};\n")
