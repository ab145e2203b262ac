//! What commands share that do one thing and end.

use std::io::Write as _;

use anyhow::Context as _;
use keyhaven_server::config::Config;
use keyhaven_storage_sql::{Company, SqliteOptions, SqliteStore};

use crate::data_folder::DataFolder;

/// Runs one piece of work to its end.
pub(crate) fn block_on<T, E>(work: impl Future<Output = Result<T, E>>) -> anyhow::Result<T>
where
    anyhow::Error: From<E>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start")?;
    Ok(runtime.block_on(work)?)
}

/// The store of a folder, alone or beside its server.
pub(crate) async fn open_store(folder: &DataFolder, config: &Config) -> anyhow::Result<SqliteStore> {
    let options = SqliteOptions::default().with_quota_bytes(config.accounts.quota_bytes);
    Ok(match folder.company() {
        Company::Alone => SqliteStore::open(&folder.database(), options).await?,
        Company::BesideServer => SqliteStore::open_beside_server(&folder.database(), options).await?,
    })
}

/// One line, or a few, on the standard output.
pub(crate) fn say(text: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{text}").context("cannot print")
}

/// Rows on the standard output. Where there are none the standard error says so, and what reads the rows reads nothing.
pub(crate) fn say_rows(rows: &str, none: &str) -> anyhow::Result<()> {
    if rows.is_empty() {
        writeln!(std::io::stderr(), "{none}").context("cannot print")
    } else {
        say(rows.trim_end())
    }
}
