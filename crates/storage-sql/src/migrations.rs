//! The schema, step by step: see `migrations/README.md` for the rules.

use sha2::{Digest as _, Sha256};
use sqlx::{Connection as _, Executor as _, SqliteConnection};

/// One step, applied in one transaction.
struct Step {
    name: &'static str,
    sql: &'static str,
}

/// Append only.
const STEPS: &[Step] = &[
    Step {
        name: "0001_persona",
        sql: include_str!("../migrations/0001_persona.sql"),
    },
    Step {
        name: "0002_mail_queue",
        sql: include_str!("../migrations/0002_mail_queue.sql"),
    },
    Step {
        name: "0003_states",
        sql: include_str!("../migrations/0003_states.sql"),
    },
    Step {
        name: "0004_former_keys",
        sql: include_str!("../migrations/0004_former_keys.sql"),
    },
    Step {
        name: "0005_former_codes",
        sql: include_str!("../migrations/0005_former_codes.sql"),
    },
    Step {
        name: "0006_calm",
        sql: include_str!("../migrations/0006_calm.sql"),
    },
    Step {
        name: "0007_last_sweep",
        sql: include_str!("../migrations/0007_last_sweep.sql"),
    },
    Step {
        name: "0008_sweep_doubt",
        sql: include_str!("../migrations/0008_sweep_doubt.sql"),
    },
];

/// Why the schema could not be brought up to date; the store was left as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// The database refused.
    #[error("the schema could not be read or changed")]
    Database(#[from] sqlx::Error),
    /// A newer release wrote this store: go back to it.
    #[error("the store has {found} schema steps, this build knows {known}: a newer release wrote it")]
    Newer {
        /// Steps recorded in the store.
        found: usize,
        /// Steps this build has.
        known: usize,
    },
    /// An older release runs on this store: use its commands, or update the server first.
    #[error("the store has {found} schema steps, this build knows {known}: an older release runs on it")]
    Older {
        /// Steps recorded in the store.
        found: usize,
        /// Steps this build has.
        known: usize,
    },
    /// A step that was applied is not the one this build has.
    #[error("the store's schema step {step} is not the one of this build")]
    Differs {
        /// Name of this build's step.
        step: &'static str,
    },
}

/// Applies the steps that are missing.
pub(crate) async fn apply(connection: &mut SqliteConnection) -> Result<(), MigrationError> {
    apply_steps(connection, STEPS).await
}

/// Whether this build knows the steps that were applied; missing ones are no fault.
pub(crate) async fn check(connection: &mut SqliteConnection) -> Result<(), MigrationError> {
    let applied = applied(connection).await?;
    compare(STEPS, &applied)
}

/// Whether the schema is exactly that of this build, for a command that must not change it.
pub(crate) async fn require_all(connection: &mut SqliteConnection) -> Result<(), MigrationError> {
    let applied = applied(connection).await?;
    compare(STEPS, &applied)?;
    if applied.len() < STEPS.len() {
        return Err(MigrationError::Older {
            found: applied.len(),
            known: STEPS.len(),
        });
    }
    Ok(())
}

/// Name and hash of each applied step, in order.
async fn applied(connection: &mut SqliteConnection) -> Result<Vec<(String, Vec<u8>)>, sqlx::Error> {
    sqlx::query_as("SELECT name, sha256 FROM migrations ORDER BY step")
        .fetch_all(connection)
        .await
}

fn compare(steps: &[Step], applied: &[(String, Vec<u8>)]) -> Result<(), MigrationError> {
    if applied.len() > steps.len() {
        return Err(MigrationError::Newer {
            found: applied.len(),
            known: steps.len(),
        });
    }
    for (step, (name, sha256)) in steps.iter().zip(applied) {
        if step.name != name || sha256.as_slice() != Sha256::digest(step.sql).as_slice() {
            return Err(MigrationError::Differs { step: step.name });
        }
    }
    Ok(())
}

async fn apply_steps(connection: &mut SqliteConnection, steps: &[Step]) -> Result<(), MigrationError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    transaction
        .execute(
            "CREATE TABLE IF NOT EXISTS migrations (
                 step BIGINT PRIMARY KEY NOT NULL, name TEXT NOT NULL, sha256 BLOB NOT NULL
             )",
        )
        .await?;
    let applied = applied(&mut transaction).await?;
    compare(steps, &applied)?;
    for (index, step) in (1_i64..).zip(steps).skip(applied.len()) {
        transaction.execute(sqlx::raw_sql(step.sql)).await?;
        sqlx::query("INSERT INTO migrations (step, name, sha256) VALUES ($1, $2, $3)")
            .bind(index)
            .bind(step.name)
            .bind(Sha256::digest(step.sql).to_vec())
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::persona::AccountState;
    use keyhaven_storage::Timestamp;

    use super::*;

    const FIRST: Step = Step {
        name: "0001",
        sql: "CREATE TABLE a (x BIGINT)",
    };
    const SECOND: Step = Step {
        name: "0002",
        sql: "CREATE TABLE b (x BIGINT)",
    };

    async fn empty() -> SqliteConnection {
        SqliteConnection::connect("sqlite::memory:").await.unwrap()
    }

    #[tokio::test]
    async fn missing_steps_are_applied_once() {
        let mut connection = empty().await;
        apply_steps(&mut connection, &[FIRST]).await.unwrap();
        apply_steps(&mut connection, &[FIRST, SECOND]).await.unwrap();
        apply_steps(&mut connection, &[FIRST, SECOND]).await.unwrap();
        connection.execute("INSERT INTO b (x) VALUES (1)").await.unwrap();
    }

    #[tokio::test]
    async fn accounts_of_the_release_before_states_have_the_generation_of_their_epoch() {
        let mut connection = empty().await;
        let (before, _) = STEPS.split_at(2);
        apply_steps(&mut connection, before).await.unwrap();
        connection
            .execute(
                "INSERT INTO accounts (account_id, address, address_as_typed, state, credential_hash,
                                       credential_epoch, created_at, used_bytes)
                 VALUES (zeroblob(16), 'carol@example.org', 'carol@example.org', 'active', '$', 7, 0, 0)",
            )
            .await
            .unwrap();
        apply_steps(&mut connection, STEPS).await.unwrap();
        let address = "carol@example.org".parse().unwrap();
        let found = crate::accounts::find_by_address(&mut connection, &address, Timestamp(1)).await;
        let account = found.unwrap().unwrap().account;
        assert_eq!((account.credential.epoch, account.credential.generation), (7, 7));
        assert_eq!((account.state, account.state_until), (AccountState::Active, None));
    }

    #[tokio::test]
    async fn a_newer_store_is_refused() {
        let mut connection = empty().await;
        apply_steps(&mut connection, &[FIRST, SECOND]).await.unwrap();
        let refused = apply_steps(&mut connection, &[FIRST]).await;
        assert!(
            matches!(refused, Err(MigrationError::Newer { found: 2, known: 1 })),
            "{refused:?}"
        );
    }

    #[tokio::test]
    async fn a_step_that_was_edited_is_refused() {
        let mut connection = empty().await;
        apply_steps(&mut connection, &[FIRST]).await.unwrap();
        let edited = Step {
            sql: "CREATE TABLE a (x BIGINT, y BIGINT)",
            ..FIRST
        };
        let refused = apply_steps(&mut connection, &[edited, SECOND]).await;
        assert!(
            matches!(refused, Err(MigrationError::Differs { step: "0001" })),
            "{refused:?}"
        );
    }

    #[tokio::test]
    async fn a_step_that_fails_leaves_the_store_as_it_was() {
        let mut connection = empty().await;
        apply_steps(&mut connection, &[FIRST]).await.unwrap();
        let broken = Step {
            name: "0002",
            sql: "CREATE TABLE b (x BIGINT); CREATE TABLE a (x BIGINT)",
        };
        assert!(matches!(
            apply_steps(&mut connection, &[FIRST, broken]).await,
            Err(MigrationError::Database(_))
        ));
        apply_steps(&mut connection, &[FIRST, SECOND]).await.unwrap();
    }
}
