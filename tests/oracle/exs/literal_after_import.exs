import Config
[a: [b: 1]]
