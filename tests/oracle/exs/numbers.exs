import Config
config :n,
  int: 1_000_000, hex: 0xFF_ff, bin: 0b1010, oct: 0o777, neg: -5, plus: +6, zero: 00012,
  big: 123_456_789_012_345_678_901_234_567_890, hexbig: 0xFFFFFFFFFFFFFFFFFFFF,
  min: -9223372036854775808, float: 1.5, exp: 1.0e-10, up: 2.5E3, under: 1_0.2_5e1_0,
  char: ?a, space: ?\s, newline: ?\n, uni: ?é, quote: ?", backslash: ?\\, minus_zero: -0.0
