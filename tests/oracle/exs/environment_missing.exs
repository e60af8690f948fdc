# wrong: the variable is not set
import Config
config :a, b: System.fetch_env!("EXS_UNSET")
