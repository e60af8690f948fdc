# A comment
import Config # after code

# before
config :c, # inside
  a: 1, # after a value
  # between
  b: [ # in a list
    1, # one
    # two
    2
  ]
# at the end