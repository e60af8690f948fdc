# wrong
import Config
import_config "nowhere.exs"
