import Config
config :nerves, :firmware, rootfs_overlay: "rootfs_overlay"
config :nerves, source_date_epoch: "1700000000"
config :shoehorn, init: [:nerves_runtime, :nerves_pack], app: Mix.Project
config :vintage_net,
  regulatory_domain: "00",
  config: [
    {"usb0", %{type: VintageNetDirect}},
    {"eth0", %{type: VintageNetEthernet, ipv4: %{method: :dhcp}}},
    {"wlan0", %{type: VintageNetWiFi}}
  ]
if config_target() != :host, do: import_config("target.exs")
if Mix.target() == :host or Mix.target() == :"", do: config(:nerves, target: Mix.target())
