#!/bin/sh
# A web application with a database, examples/book_app, as its README runs it: the hook that
# migrates, the command that seeds, runtime.exs, and a PostgreSQL server of the test's own.

. "$(dirname "$0")/lib.sh"

need mix curl setpriv
name=book_app
project=$work/project
# Characters that mean something to a URL and to a shell; its beginning is the same wherever
# it is printed.
password="s3cr:t/p@ss\$word \"q"
password_begin='s3cr:t/p@ss'
password_in_url='s3cr%3At%2Fp%40ss%24word%20%22q'

# --- a PostgreSQL server -------------------------------------------------------------

# Debian keeps its programs off the PATH.
postgres_bin() {
    for folder in /usr/lib/postgresql/*/bin; do
        [ ! -x "$folder/initdb" ] || bin=$folder
    done
    [ -n "${bin-}" ] || bin=$(dirname "$(command -v initdb)") ||
        give_up 'PostgreSQL is there' "tests/run.sh installs what the tests need"
}

# free_port START: sets $port to the next one that nobody listens on.
free_port() {
    port=$1
    while grep -qi ":$(printf %04X "$port") [0-9A-F:]* 0A" /proc/net/tcp /proc/net/tcp6; do
        port=$((port + 1))
    done
}

# It refuses to run as root, and insists on methods as Debian's own cluster does.
database_create() {
    postgres_bin
    free_port $((20000 + $$ % 10000))
    database_port=$port
    cluster=$work/cluster
    mkdir "$cluster"
    chmod 711 "$work"
    printf '%s' "$password" >"$cluster/password"
    [ "$(id -u)" -ne 0 ] || chown -R 65534:65534 "$cluster"
    in_folder "$cluster" nobody "$bin/initdb" -D "$cluster/data" -U book_app -N -E UTF8 \
        --locale=C.UTF-8 --pwfile="$cluster/password" --auth=scram-sha-256
    [ "$status" -eq 0 ] || give_up 'initdb makes a database cluster' "$out" "$err"
    cat >"$cluster/settings" <<END
port = $database_port
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
log_connections = on
END
    cat "$cluster/settings" >>"$cluster/data/postgresql.conf"
}

database_start() {
    in_folder "$cluster" nobody "$bin/pg_ctl" -D "$cluster/data" -l "$cluster/log" -w -t 60 start
    [ "$status" -eq 0 ] || give_up 'PostgreSQL starts' "$out" "$err" "$(cat "$cluster/log")"
}

database_stop() {
    [ ! -f "$cluster/data/postmaster.pid" ] ||
        in_folder "$cluster" nobody "$bin/pg_ctl" -D "$cluster/data" -w -m "${1:-fast}" stop
}

# The exit status is that of the test.
at_end() {
    ended=$?
    [ -z "${cluster-}" ] || database_stop immediate
    return "$ended"
}
trap 'at_end; finish' EXIT

# sql DATABASE STATEMENT
sql() {
    run env PGPASSWORD="$password" "$bin/psql" -h 127.0.0.1 -p "$database_port" -U book_app \
        -d "$1" -A -t -c "$2"
}

# use_database NAME: what the release gets to know of it.
use_database() {
    DATABASE_URL=postgres://book_app:$password_in_url@127.0.0.1:$database_port/$1
    export DATABASE_URL
}

# --- the release ---------------------------------------------------------------------

compile() {
    in_folder "$project" env MIX_ENV="$1" mix compile --warnings-as-errors
    [ "$status" -eq 0 ] || give_up "examples/book_app compiles for $1" "$out" "$err"
    expect "compiling for $1 warns of nothing" 0 '*Generated book_app app*' ''
}

# get PATH: the status and the body that the endpoint answers with.
get() {
    run curl -s -m 20 -w '\n%{http_code}' "http://127.0.0.1:$PORT$1"
    body=${out%"$newline"*}
    code=${out##*"$newline"}
}

# answers WHAT PATH STATUS PATTERN
answers() {
    get "$2"
    if [ "$code" = "$3" ] && matches "$body" "$4"; then
        ok "$1"
    else
        not_ok "$1" "GET $2" "expected $3, '$4'" "got $code, '$body'"
    fi
}

health_is() {
    get /health
    [ "$code" = "$1" ]
}

logs() {
    cat "$release"/var/log/* 2>/dev/null
}

starts() {
    node start
    expect "$1" 0 '*' '*' || give_up 'the node is up' "$(logs)"
}

stops() {
    node stop
    expect 'stop' 0 '*' ''
}

# A start that failed may leave a node that runs, but has no tables.
stop_if_up() {
    node stop
}

# --- what goes wrong at the start ----------------------------------------------------

says_what_is_missing() {
    unset DATABASE_URL
    node start
    expect 'start without DATABASE_URL fails and says so' '[1-9]*' '*' '*DATABASE_URL*'
    stop_if_up
    DATABASE_URL=postgres://book_app:$password_in_url@/book_app
    export DATABASE_URL
    node start
    expect 'start with a DATABASE_URL that is none says what it must be like' '[1-9]*' '*' \
        '*DATABASE_URL must be like postgres://*'
    stop_if_up
    use_database none
    node start
    expect 'start with a database that is not there fails and says so' '[1-9]*' '*' \
        '*database "none" does not exist*tables are not up to date*'
    stop_if_up
    DATABASE_URL=postgres://book_app:wrong@127.0.0.1:$database_port/book_app
    node start
    expect 'start with a wrong password fails and says so' '[1-9]*' '*' \
        '*password authentication failed*tables are not up to date*'
    stop_if_up
    node ping
    expect 'and no node is left' 1 '' '*is not running*'
}

# --- hook, command, endpoint ---------------------------------------------------------

waits_for_its_database() {
    use_database book_app
    database_stop
    launch "$release/bin/book_app" start >"$work/started" 2>&1 </dev/null &
    starting=$!
    wait_for 30 health_is 503
    same 'the endpoint is up without the database' 503 "$code"
    same 'and says that it is away' '{"database":"down"}' "$body"
    database_start
    wait "$starting"
    status=$? out=$(cat "$work/started") err='' ran='start'
    expect 'start waits for a database that comes late' 0 '*' '' || give_up 'the node is up' "$(logs)"
}

migrates() {
    sql book_app "SELECT string_agg(name, ' ' ORDER BY name) FROM schema_migrations"
    expect 'all migrations have run when start is done' 0 \
        '001_create_books 002_add_year_to_books' ''
    sql book_app 'SELECT count(*), count(year) FROM books'
    expect 'the tables are there when start is done' 0 '0|0' ''
    answers 'the endpoint answers from an empty table' /books 200 '{"books":\[]}'
    answers 'the endpoint tells that the database is there' /health 200 '{"database":"up"}'
    answers 'the endpoint knows what it does not know' /shelves 404 '{"error":"not found"}'
    node rpc 'BookApp.Release.migrate()'
    expect 'there is nothing left to migrate' 0 ':ok' ''
}

helps() {
    node help
    expect 'help lists the command with its comment' 0 \
        "*seed*puts books into the database*" ''
    node help seed
    expect 'help of the command is its comment' 0 \
        "*seed*puts books into the database*FILE has one book a line*" ''
    check_not 'and none of its code' matches "$out" '*release_ctl*'
}

seeds() {
    node seed
    expect 'seed' 0 'books added: 5 of 5' ''
    sql book_app 'SELECT count(*) FROM books'
    expect 'the rows are in the database' 0 5 ''
    answers 'the endpoint answers with the rows' /books 200 \
        '{"books":\[{"author":"Mary Shelley","id":1,*"title":"Lalka","year":1890}*"title":"Solaris"*]}'
    node seed
    expect 'a second seed adds nothing' 0 'books added: 0 of 5' ''
    # It is no command substitution.
    # shellcheck disable=SC2016
    printf 'It'\''s "$HOME" `x` \\ %%\tÉva Ż.\t1973\n' >"$work/more \$books.tsv"
    node seed "$work/more \$books.tsv"
    expect 'seed passes its argument on' 0 'books added: 1 of 1' ''
    # shellcheck disable=SC2016
    answers 'the endpoint answers with what was seeded' /books 200 \
        '*{"author":"Éva Ż.","id":*,"title":"It'\''s \\"$HOME\\" `x` \\\\ %","year":1973}*'
    printf 'Momo\t1973\n' >"$work/wrong.tsv"
    node seed "$work/wrong.tsv"
    expect 'a seed that fails has the status and the message' 1 '' \
        "*wrong.tsv:1: expected title, author and year*"
    node seed one two
    expect 'seed with too many arguments' 1 '' '*seed takes one argument at most*'
}

keeps_secrets() {
    cookie=$(cat "$release/var/COOKIE")
    launch "$release/bin/book_app" seed >/dev/null 2>&1 </dev/null &
    seeding=$!
    launch "$release/bin/book_app" rpc 'Process.sleep(1500)' >/dev/null 2>&1 </dev/null &
    calling=$!
    sleep 0.7
    for secret in "$cookie" "$password_begin" "$password_in_url"; do
        check "$(secret_name) is in no process's arguments" in_no_arguments "$secret"
    done
    wait "$seeding"
    wait "$calling"
    for secret in "$cookie" "$password_begin" "$password_in_url"; do
        check_not "$(secret_name) is in no log" \
            grep -rqF -e "$secret" "$release/var/log"
    done
}

secret_name() {
    case $secret in
    "$cookie") echo 'the cookie' ;;
    "$password_begin") echo 'the password' ;;
    *) echo 'the password in DATABASE_URL' ;;
    esac
}

outlives_the_database() {
    database_stop
    check 'health tells that the database went away' wait_for 20 health_is 503
    answers 'books cannot be had meanwhile' /books 503 '{"error":"*"}'
    node seed
    expect 'seed fails without a database' 1 '' '*cannot connect to the database book_app*'
    database_start
    check 'the connection comes back by itself' wait_for 20 health_is 200
    answers 'with all that was there' /books 200 '*"title":"Solaris"*'
    check 'the log tells of it' matches "$(logs)" \
        '*connection to the database was lost*connected to the database book_app*'
}

keeps_its_data() {
    node restart
    expect 'restart' 0 '*' ''
    check 'restart brings the endpoint back' wait_for 30 health_is 200
    answers 'restart keeps the data' /books 200 '*"title":"Solaris"*'
    stops
    node seed "$work/more \$books.tsv"
    expect 'seed works without the node' 0 'books added: 0 of 1' ''
    starts 'start with tables that are there'
    answers 'stop and start keep the data' /books 200 '*"title":"Solaris"*'
    sql book_app 'SELECT count(*) FROM schema_migrations'
    expect 'no migration runs twice' 0 2 ''
    stops
}

tables_there() {
    sql "$1" 'SELECT count(*) FROM books'
    [ "$status" -eq 0 ]
}

in_foreground() {
    use_database in_foreground
    launch "$release/bin/book_app" foreground >"$work/foreground" 2>&1 </dev/null &
    foreground=$!
    check 'the hook runs in foreground, too' wait_for 40 tables_there in_foreground
    node seed
    expect 'seed takes the database that DATABASE_URL names' 0 'books added: 5 of 5' ''
    node pid
    kill -s TERM "$out"
    wait "$foreground"
    same 'foreground ends with status 0 after SIGTERM' 0 "$?"
}

logs_state() {
    matches "$(logs)" '*State: {:state, \[*user: "book_app"*'
}

while_developing() {
    use_database in_dev
    compile dev
    built 'relc build --env=dev' "$project" --env=dev
    release=$project/_build/dev/rel/book_app
    check 'the application is a link to the compiled one' [ -L "$release/lib/book_app-1.0.0" ]
    starts 'start of a dev release'
    node seed
    expect 'seed of a dev release' 0 'books added: 5 of 5' ''
    answers 'the endpoint of a dev release' /books 200 '*"title":"Solaris"*'
    # In dev the log has the states of processes that fail, and p1_pgsql's begins with its
    # options. It is told what its socket says of a lost connection.
    node rpc 'send(:sys.get_state(BookApp.Database).connection, {:socket, nil, :closed}); :ok'
    check 'a lost connection is logged with its state' wait_for 10 logs_state
    check_not 'in which there is no password' matches "$(logs)" "*$password_begin*"
    stops
}

# --- the whole of it -----------------------------------------------------------------

cp -R "$top/examples/book_app" "$project"
rm -rf "$project/_build"
rename_node "$project/rel/vm.args"
in_folder "$project" mix test
expect "the application's own tests" 0 '*, 0 failures*' '*'
compile prod
built 'relc build --env=prod' "$project" --env=prod
release="$work/a server"
mkdir "$release"
tar -xzf "$project/_build/prod/rel/book_app/releases/1.0.0/book_app.tar.gz" -C "$release"

database_create
database_start
for database in book_app in_foreground in_dev; do
    sql postgres "CREATE DATABASE $database"
    expect "the database $database" 0 '*' ''
done
free_port $((30000 + $$ % 10000))
PORT=$port
export PORT

says_what_is_missing
waits_for_its_database
migrates
helps
seeds
outlives_the_database
keeps_secrets
keeps_its_data
in_foreground
while_developing
