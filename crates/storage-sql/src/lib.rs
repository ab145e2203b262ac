//! The SQL backend: one SQLite file (`docs/adr/0002-embedded-store.md`).
//!
//! [`SqliteStore`] implements every trait of `keyhaven_storage`, one file for each of its traits. What is written goes
//! through one writer task that lets concurrent commits share one fsync; what is read comes from a small pool of
//! connections that cannot write. Queries are written so that PostgreSQL takes them too.

mod accounts;
mod address_changes;
mod authors;
mod columns;
pub mod copy;
mod failure;
mod keys;
mod links;
mod log_check;
mod mail;
mod migrations;
mod objects;
mod open;
mod operators;
mod readers;
mod resets;
mod same_file;
mod sessions;
mod states;
mod store;
mod sweep;
mod writer;

pub use migrations::MigrationError;
pub use open::{Company, OpenError, SqliteOptions};
pub use store::SqliteStore;
