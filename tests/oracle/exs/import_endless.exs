# wrong
import Config
import_config "imports/endless.exs"
