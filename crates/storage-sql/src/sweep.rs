//! What is over is removed, a bounded amount in one transaction, so that no write waits long for the sweeper.
//!
//! Nothing else depends on it: what is over is not there for anybody, also before the sweeper came. Pages that become
//! free are overwritten with zeros and used again by later writes; the file does not shrink.

pub(crate) mod doubt;
mod expired;
mod leftovers;
pub(crate) mod retention;
mod versions;

use keyhaven_storage::{Swept, Timestamp};
use sqlx::SqliteConnection;

use crate::failure::Failure;

/// Most versions that one round removes.
const VERSIONS_MAX: u64 = 256;
/// A round removes no further version once those removed were this long together: each page is overwritten, and writers
/// wait meanwhile. One version may be `OBJECT_MAX_BYTES` long by itself.
const BYTES_MAX: u64 = 4 * 1024 * 1024;

/// What a round may still remove.
struct Budget {
    versions: u64,
    bytes: u64,
}

impl Budget {
    /// Pays for one version, if anything is left to pay with.
    fn pay(&mut self, bytes: i64) -> bool {
        if self.versions == 0 || self.bytes == 0 {
            return false;
        }
        self.versions = self.versions.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes.unsigned_abs());
        true
    }
}

/// One round. `more` when a bound was reached.
pub(crate) async fn sweep(connection: &mut SqliteConnection, now: Timestamp) -> Result<Swept, Failure> {
    let mut budget = Budget {
        versions: VERSIONS_MAX,
        bytes: BYTES_MAX,
    };
    let mut swept = Swept::default();
    expired::remove(connection, &mut swept, now).await?;
    leftovers::retire(connection, &mut swept, now).await?;
    leftovers::remove(connection, &mut budget, &mut swept, now).await?;
    versions::prune(connection, &mut budget, &mut swept, now).await?;
    note(connection, now).await?;
    doubt::dispel(connection).await?;
    Ok(swept)
}

/// When the last round was.
pub(crate) async fn last(connection: &mut SqliteConnection) -> Result<Option<Timestamp>, Failure> {
    let found: Option<i64> = sqlx::query_scalar("SELECT swept_at FROM last_sweep WHERE only_row = 1")
        .fetch_optional(connection)
        .await?;
    Ok(found.map(Timestamp))
}

async fn note(connection: &mut SqliteConnection, now: Timestamp) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO last_sweep (only_row, swept_at) VALUES (1, $1)
         ON CONFLICT (only_row) DO UPDATE SET swept_at = excluded.swept_at",
    )
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}
