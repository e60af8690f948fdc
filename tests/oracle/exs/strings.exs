import Config
config :s,
  plain: "text", empty: "", escapes: "\a\b\d\e\f\n\r\s\t\v\0\\\"\q\#{x}",
  hex: "\x41\xff\x4", unicode: "\u00e9\u{1F600}\u{41}", utf8: "é😀", multi: "two
lines", continued: "one \
line", hash: "a#b", single: 'charlist é', single_escape: 'it\'s\n', single_empty: ''
