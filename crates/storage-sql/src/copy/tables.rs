//! What a copy does not keep; everything else is copied as it is.

use sqlx::SqliteConnection;

use super::CopyError;

/// Tables with what can be used once or ends by itself, and what empties them.
pub(super) const EMPTIED: &[(&str, &str)] = &[
    ("sessions", "DELETE FROM sessions"),
    ("reset_codes", "DELETE FROM reset_codes"),
    // Each carries a credential to be; it may have been taken back since. Their links go with them.
    ("address_changes", "DELETE FROM address_changes"),
    ("wraps", "DELETE FROM wraps WHERE slot = 'address_change'"),
    (
        "mail_queue",
        "DELETE FROM mail_queue WHERE request IN ('reset', 'sign_up_attempt')",
    ),
];

/// Takes out what must not come back to life. A copy of an older release may lack a table.
pub(super) async fn empty(connection: &mut SqliteConnection) -> Result<(), CopyError> {
    for (table, statement) in EMPTIED {
        let there: i64 =
            sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1")
                .bind(*table)
                .fetch_one(&mut *connection)
                .await?;
        if there > 0 {
            sqlx::query(*statement).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sqlx::Connection as _;

    use super::*;

    /// Tables that are copied as they are.
    const KEPT: &[&str] = &[
        "migrations",
        "accounts",
        "key_records",
        "proven_credentials",
        "wraps",
        "objects",
        "object_versions",
        "object_chunks",
        // Waiting notices: better told twice than not at all.
        "mail_queue",
        "mails_sent",
        "last_check",
        "last_sweep",
        // A restored store is as doubtful as the one that was copied.
        "sweep_doubt",
        // A letter's link can freeze or confirm the account as the copy has it, and no more.
        "links",
        "sweep_progress",
    ];

    #[tokio::test]
    async fn it_is_decided_for_every_table_what_becomes_of_it_in_a_copy() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        crate::migrations::apply(&mut connection).await.unwrap();
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap();
        for table in &tables {
            let emptied = EMPTIED.iter().any(|(name, _)| name == table);
            assert!(emptied || KEPT.contains(&table.as_str()), "{table}");
        }
        for name in KEPT.iter().chain(EMPTIED.iter().map(|(name, _)| name)) {
            assert!(tables.iter().any(|table| table == name), "{name} is no table");
        }
        empty(&mut connection).await.unwrap();
    }
}
