"""Annotations in files and tables: CSV, TSV, JSONL, Parquet, Arrow streams, and a folder for a whole corpus.

- read, read_corpus: from a file, a table or a folder; write, write_corpus: the way back
- source: files and Arrow streams into DuckDB; scan, delimited, json_lines, sql: what their formats need
- columns, answers, sides, inference, repeats: from cells of text to checked codes
- description: what rows cannot say (the scheme, items nobody annotated), in a companion of the file
- tables: writers of every format; places: files written whole or not at all, the user's cache folder

The names for users are those of `variorum.annotations`.
"""
