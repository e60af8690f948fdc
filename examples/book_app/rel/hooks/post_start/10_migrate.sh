# Runs on the node itself, with its configuration and its connection to the database.
release_remote_ctl rpc 'BookApp.Release.migrate()' ||
    fail "the node runs, but the tables are not up to date"
