[
  inputs: ["mix.exs", "{lib,test}/**/*.{ex,exs}", "versions/*/{lib,test}/**/*.{ex,exs}"]
]
