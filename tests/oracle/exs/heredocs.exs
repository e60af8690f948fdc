import Config

config :h,
  one: """
  first
    second
  third\tx
  """,
  two: ~S"""
    raw \n #{no}
  """,
  three: '''
  chars
  ''',
  four: """
  joined \
  line
  with #{1 + 2}
      inside #{"x"}
  """,
  five: """
    outdented later
   here
      """
