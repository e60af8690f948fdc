#!/bin/sh
# Whatever docs/comparison.md claims of relc names tests that there are.
set -eu
cd "$(dirname "$0")/../.."
awk -F ' *[|] *' '
    $2 ~ /^[0-9]+$/ {
        rows++
        if ($7 ~ /^yes/ && $8 == "") { print "docs/comparison.md: row " $2 " says yes and names no test"; bad = 1 }
        count = split($8, tests, ", ")
        for (i = 1; i <= count; i++) {
            named++
            if (system("test -f tests/" tests[i]) != 0) { print "docs/comparison.md: row " $2 ": there is no tests/" tests[i]; bad = 1 }
        }
    }
    END { print rows " features, " named " tests named"; exit bad || rows < 100 }' docs/comparison.md
