import Config
import_config "../import_endless.exs"
