# wrong: variables of one file are not known in another
import Config
variable = 1
import_config "imports/uses_variable.exs"
