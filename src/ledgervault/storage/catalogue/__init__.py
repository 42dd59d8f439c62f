"""The catalogue on SQLite: tables, reads, writes, migrations."""
