#!/bin/sh
# Upgrades and downgrades without end, while clients call the node without a pause: no call
# fails, no number is lost or given twice.
#
# RELC_SOAK: how many times up and down; the default is 25.

. "$(dirname "$0")/lib.sh"

need mix erlc erl
name=sequence
rounds=${RELC_SOAK:-25}
project=$work/project
packages=$project/_build/prod/rel/sequence/releases

sequence_project 0.1.0 "$project"
initialised "$project"
built '0.1.0' "$project" --env=prod
sequence_project 0.2.0 "$project"
built '0.2.0' "$project" --env=prod --upgrade --delta

fresh "$packages/0.1.0/sequence.tar.gz"
node start
expect 'start' 0 '' '' || give_up 'the node is up' "$(cat "$release"/var/log/* 2>&1)"
deliver "$packages/0.2.0/sequence-delta.tar.gz" 0.2.0

mkdir "$work/client"
erlc -o "$work/client" "$top/tests/e2e/soak_client.erl" || give_up 'the client compiles'
clients=
# A home of its own for each: two VMs that make their first cookie file at once disturb each other.
for client in 1 2; do
    mkdir "$work/client/$client"
    (cd "$work/client" && HOME=$work/client/$client exec erl -noinput -hidden -name "soak_${client}_$node" +S 1:1 \
        -pa . -run soak_client main "$node" "$release/var/COOKIE" "$work/client/$client") &
    clients="$clients $!"
done
for client in 1 2; do
    wait_for 30 [ -f "$work/client/$client/ready" ] || give_up "client $client calls the node"
done

begun=$(date +%s)
round=0
failed=
while [ "$round" -lt "$rounds" ] && [ -z "$failed" ]; do
    round=$((round + 1))
    for change in 'upgrade 0.2.0' 'downgrade 0.1.0'; do
        # shellcheck disable=SC2086 # two words
        node $change
        matches "$status:$out" "0:*Installed Release: ${change#* }*Made release permanent*" || {
            failed="round $round: $change: $status, $out, $err"
            break
        }
    done
done
seconds=$(($(date +%s) - begun))
same "$((2 * rounds)) upgrades and downgrades" '' "$failed"

for client in 1 2; do : >"$work/client/$client/stop"; done
for pid in $clients; do
    wait_for 60 process_gone "$pid" || give_up 'the clients end'
done
cat "$work"/client/?/failures >"$work/failures"
check 'no call has failed' [ ! -s "$work/failures" ]
head -n 5 "$work/failures"
sort -n "$work"/client/?/numbers >"$work/numbers"
calls=$(awk '{ sum += $1 } END { print sum + 0 }' "$work"/client/?/figures)
same 'each call had a number' "$calls" "$(wc -l <"$work/numbers")"
same 'no number is lost or given twice, from 456 on' '' \
    "$(awk '$1 != 455 + NR { print NR + 455 " expected, " $1 " drawn"; exit }' "$work/numbers")"
answer 'the next number is the next one' 'Sequence.Server.next_number()' "$((456 + calls))"
awk -v upgrades="$((2 * rounds))" -v seconds="$seconds" '
    { calls += $1; if ($2 > longest) longest = $2 }
    END { printf "# soak: %d upgrades in %d seconds, %d calls, the longest took %d ms\n",
              upgrades, seconds, calls, longest / 1000 }' "$work"/client/?/figures
node stop
expect 'stop' 0 ok ''
