# The configuration is the value of the file.
[a: [b: 1, c: [d: 2]], e: []]
