# wrong
import Config
import_config "imports/first.exs"
import_config "imports/first.exs"
