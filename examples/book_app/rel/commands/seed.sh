# seed [FILE]: puts books into the database
#
# FILE has one book a line: title, author and year, with a tab between them; a relative path
# starts at the release's folder. Without FILE, the first books come from the release. Books
# that are there already stay as they are. The node need not run.

release_ctl eval --mfa "BookApp.Release.seed/1" --argv -- "$@"
