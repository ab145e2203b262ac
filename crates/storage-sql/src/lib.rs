//! The SQL backend: an embedded SQLite file.
