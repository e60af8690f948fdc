# wrong
[a: 1]
