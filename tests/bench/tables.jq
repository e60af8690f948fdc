# The tables of tests/bench/run.sh, from its lines of JSON: runs, with time and cpu, and
# sizes, with size and peak, each with set, state and tool.

def median: sort | (.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2;
def round_to($places): pow(10; $places) as $ten | . * $ten | round / $ten;
def ordered(f): reduce (.[] | f) as $x ([]; if index([$x]) then . else . + [$x] end);
def row: "| " + (map(if . == null then "" else tostring end) | join(" | ")) + " |";
def table($head): ($head | row), ($head | map("---") | row), (.[] | row);

# A ratio; bold where the goal is missed: at least, or at most.
def shown($bad):
    if . >= 100 then round else round_to(if . >= 10 then 1 else 2 end) end
    | if $bad then "**\(.)**" else . end;
def ratio($a; $b): if $a and $b then $a / $b else null end;
def at_least($goal): if . then shown(. < $goal) else null end;
def at_most($goal): if . then shown(. > $goal) else null end;
def free: if . then shown(false) else null end;

. as $lines
| ordered(.set) as $sets
| (map(select(.time)) | group_by([.set, .state, .tool])
    | map({key: "\(.[0].set) \(.[0].state) \(.[0].tool)",
           value: {time: (map(.time) | median), least: (map(.time) | min), cpu: (map(.cpu) | median)}})
    | from_entries) as $times
| (map(select(.size) | {key: "\(.set) \(.state) \(.tool)", value: .}) | from_entries) as $sizes
| def time($set; $state; $tool): $times["\($set) \($state) \($tool)"].time;
  def size($set; $tool): $sizes["\($set) cold \($tool)"].size;
  def over($tool; $set; $state; $by): ratio(time($set; $state; $tool); time($set; $state; $by));

  "## Times", "",
  "Seconds: median, least; CPU seconds.", "",
  ([$lines | map(select(.time)) | ordered("\(.set) \(.state) \(.tool)") | .[]
    | [., ($times[.] | (.time, .least, .cpu) | round_to(4))]]
   | table(["what", "median", "least", "CPU"])),

  "", "## Memory and sizes", "",
  "Peak memory of the largest process in MiB; bytes of the tarball.", "",
  ([$lines[] | select(.size)
    | ["\(.set) \(.state) \(.tool)", (if .peak > 0 then .peak / 1024 | round_to(1) else null end), .size]]
   | table(["what", "peak", "tarball"])),

  "", "## Goals", "",
  "How many times the time of relc's, or of `relc build --tar-only` (tar), another takes; bold:",
  "a goal is missed.", "",
  "Cold: mix at least 8, Distillery at least 15, relc at most 1.3 times copying and",
  "compressing, tar at most 1.3 times compressing.", "",
  ([$sets[] | . as $set | select(time($set; "cold"; "relc")) | [$set,
    (("relc", "tar") as $by
     | (over("mix"; $set; "cold"; $by) | at_least(8)),
       (over("distillery"; $set; "cold"; $by) | at_least(15)),
       (over("rebar3"; $set; "cold"; $by) | free)),
    (time($set; "limit"; "compressing") as $compressing | time($set; "limit"; "copying") as $copying
     | (if $copying then ratio(time($set; "cold"; "relc"); $copying + $compressing) | at_most(1.3) else null end),
       (ratio(time($set; "cold"; "tar"); $compressing) | at_most(1.3)))]]
   | table(["cold", "mix / relc", "distillery / relc", "rebar3 / relc", "mix / tar", "distillery / tar",
            "rebar3 / tar", "relc / (copying + compressing)", "tar / compressing"])),

  "", "Nothing changed (same), one module changed (one): mix at least 50, at most 3 times dd.", "",
  ([$sets[] as $set | ("same", "one") as $state | select(time($set; $state; "relc")) | ["\($set) \($state)",
    (("relc", "tar") as $by
     | (over("mix"; $set; $state; $by) | at_least(50)),
       (over("distillery"; $set; $state; $by) | free), (over("rebar3"; $set; $state; $by) | free)),
    (("relc", "tar") as $tool
     | ratio(time($set; $state; $tool); time($set; "limit"; "dd")) | at_most(3))]]
   | table(["", "mix / relc", "distillery / relc", "rebar3 / relc", "mix / tar", "distillery / tar",
            "rebar3 / tar", "relc / dd", "tar / dd"])),

  "", "A hot upgrade with its delta package: Distillery, which makes no delta, at least 20.", "",
  ([$sets[] as $set | ("upgrade", "upgrade-warm") as $state | select(time($set; $state; "relc") // time($set; $state; "tar"))
    | ["\($set) \($state)",
       (("distillery", "rebar3") as $tool | ("relc", "tar") as $by
        | ratio(time($set; "upgrade"; $tool); time($set; $state; $by))
        | if $tool == "distillery" then at_least(20) else free end)]]
   | table(["", "distillery / relc", "distillery / tar", "rebar3 / relc", "rebar3 / tar"])),

  "", "From 50 to 500 applications, how many times the time; at most 11.", "",
  (["cold", "same", "one", "upgrade", "upgrade-warm"] as $states
   | [$lines | ordered(.tool) | .[] as $tool
      | [$tool, ($states[] | ratio(time("gen500"; .; $tool); time("gen50"; .; $tool))
                 | if ["relc", "tar"] | index($tool) then at_most(11) else free end)]
      | select(.[1:] | any)]
   | table([""] + $states)),

  "", "Sizes of tarballs: relc's at most that of `erl_tar`, with which `mix release` makes its own, for the",
  "same files. `gzip -6`: relc's tar.", "",
  ([$sets[] as $set | select(size($set; "relc")) | [$set, (("relc", "fast", "best", "mix", "rebar3", "distillery", "erl_tar", "gzip-6") as $tool
    | size($set; $tool)), (ratio(size($set; "relc"); size($set; "erl_tar")) | if . then (. * 10000 | round / 10000) as $r | if . > 1 then "**\($r)**" else $r end else null end)]]
   | table(["", "relc", "fast", "best", "mix", "rebar3", "distillery", "erl_tar", "gzip -6", "relc / erl_tar"])),

  "", "Most memory of any build, in MiB; at most 64.", "",
  ([$lines | ordered(.tool) | .[] as $tool
    | [$lines[] | select(.tool == $tool and .peak and .peak > 0) | .peak / 1024] | select(length > 0) | max
    | [$tool, if . > 64 and (["relc", "tar", "fast", "best"] | index($tool)) then "**\(round)**" else round end]]
   | table(["", "peak"]))
