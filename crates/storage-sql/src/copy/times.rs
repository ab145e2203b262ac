//! Time that passes for nobody: what ends by itself goes on at a restore where it was at the copy.
//!
//! Else the first sweep would remove what its owner has stopped since the copy: an account that was confirmed, or whose
//! deletion was taken back, is in the copy as it was before that.

use core::time::Duration;

use keyhaven_storage::Timestamp;
use sqlx::SqliteConnection;

use super::CopyError;

/// What time alone would remove for good stays at least this long: its owner has to be told, and to act once more.
const REMOVAL_LEAST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Columns with a time from which something lasts, or at which it ends, and what moves them by `$1` seconds: those that
/// were not over at `$2`. What is removed at the end does not end before `$3`.
const MOVED: &[(&str, &str, &str)] = &[
    (
        "accounts",
        "state_until",
        "UPDATE accounts SET state_until = CASE state
             WHEN 'disputed' THEN state_until + $1 ELSE max(state_until + $1, $3) END
         WHERE state_until > $2",
    ),
    (
        "accounts",
        "frozen_at",
        "UPDATE accounts SET frozen_at = frozen_at + $1 WHERE frozen_at <= $2",
    ),
    (
        "accounts",
        "archived_until",
        "UPDATE accounts SET archived_until = max(archived_until + $1, $3) WHERE archived_until > $2",
    ),
    (
        "proven_credentials",
        "kept_until",
        "UPDATE proven_credentials SET kept_until = kept_until + $1 WHERE kept_until > $2",
    ),
    (
        "key_records",
        "former_code_until",
        "UPDATE key_records SET former_code_until = former_code_until + $1 WHERE former_code_until > $2",
    ),
    (
        "links",
        "expires_at",
        "UPDATE links SET expires_at = max(expires_at + $1, $3) WHERE expires_at > $2",
    ),
    // To have been restored is trouble that ends now: versions and deletions are kept for 30 days from here.
    (
        "accounts",
        "calm_since",
        "UPDATE accounts SET calm_since = $2 + $1",
    ),
];

/// Moves them by the time between the copy and `now`. A copy of an older release may lack a column.
pub(super) async fn go_on(
    connection: &mut SqliteConnection,
    made_at: Timestamp,
    now: Timestamp,
) -> Result<(), CopyError> {
    let passed = now.0.saturating_sub(made_at.0).max(0);
    for (table, column, statement) in MOVED {
        let there: i64 = sqlx::query_scalar("SELECT count(*) FROM pragma_table_info($1) WHERE name = $2")
            .bind(*table)
            .bind(*column)
            .fetch_one(&mut *connection)
            .await?;
        if there > 0 {
            sqlx::query(*statement)
                .bind(passed)
                .bind(made_at.0)
                .bind(now.plus(REMOVAL_LEAST).0)
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}
