# wrong: raises
import Config
config :a, b: System.get_env("EXS_UNSET") || raise "EXS_UNSET is missing"
