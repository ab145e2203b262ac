//! A clock that leapt ahead, over restarts.

use std::time::Duration;

use keyhaven_storage::{SweepDoubt, Timestamp};
use sqlx::SqliteConnection;

use crate::failure::Failure;

/// The doubt that stands.
pub(crate) async fn standing(connection: &mut SqliteConnection) -> Result<Option<SweepDoubt>, Failure> {
    let found: Option<(i64, i64)> =
        sqlx::query_as("SELECT seen_at, watched_ms FROM sweep_doubt WHERE only_row = 1")
            .fetch_optional(connection)
            .await?;
    Ok(found.map(|(seen, watched)| SweepDoubt {
        seen: Timestamp(seen),
        watched: Duration::from_millis(u64::try_from(watched).unwrap_or(0)),
    }))
}

/// Another in its place.
pub(crate) async fn note(connection: &mut SqliteConnection, doubt: SweepDoubt) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO sweep_doubt (only_row, seen_at, watched_ms) VALUES (1, $1, $2)
         ON CONFLICT (only_row) DO UPDATE
         SET seen_at = excluded.seen_at, watched_ms = excluded.watched_ms",
    )
    .bind(doubt.seen.0)
    .bind(i64::try_from(doubt.watched.as_millis()).unwrap_or(i64::MAX))
    .execute(connection)
    .await?;
    Ok(())
}

/// The clock is believed.
pub(super) async fn dispel(connection: &mut SqliteConnection) -> Result<(), Failure> {
    sqlx::query("DELETE FROM sweep_doubt").execute(connection).await?;
    Ok(())
}
