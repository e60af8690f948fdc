ALTER TABLE books ADD COLUMN year integer NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX books_title_author ON books (title, author);
