//! Small rows whose time is over.

use core::time::Duration;

use keyhaven_protocol::persona::limits;
use keyhaven_storage::{Swept, Timestamp};
use sqlx::SqliteConnection;

use crate::failure::Failure;

/// Most rows of a kind that one round removes.
const ROWS_MAX: i64 = 500;
/// The longest time that anybody counts sent mails over.
const SENT_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// Rows of one table whose time is over at `$1`, at most `$2` of them.
struct Kind {
    statement: &'static str,
    over_at: fn(Timestamp) -> Timestamp,
}

const KINDS: [Kind; 10] = [
    Kind {
        statement: "DELETE FROM sessions WHERE token_hash IN (
                        SELECT token_hash FROM sessions WHERE created_at <= $1 LIMIT $2)",
        over_at: |now| now.minus(limits::SESSION_LIFE),
    },
    Kind {
        statement: "DELETE FROM reset_codes WHERE code_id IN (
                        SELECT code_id FROM reset_codes WHERE expires_at <= $1 LIMIT $2)",
        over_at: |now| now,
    },
    Kind {
        statement: "DELETE FROM links WHERE link_id IN (
                        SELECT link_id FROM links WHERE expires_at <= $1 LIMIT $2)",
        over_at: |now| now,
    },
    // Wraps first: what they belong to tells that they are over.
    Kind {
        statement: "DELETE FROM wraps WHERE slot = 'address_change' AND account_id IN (
                        SELECT account_id FROM address_changes WHERE expires_at <= $1 ORDER BY expires_at, account_id LIMIT $2)",
        over_at: |now| now,
    },
    Kind {
        statement: "DELETE FROM address_changes WHERE change_id IN (
                        SELECT change_id FROM address_changes WHERE expires_at <= $1 ORDER BY expires_at, account_id LIMIT $2)",
        over_at: |now| now,
    },
    Kind {
        statement: "DELETE FROM wraps WHERE slot = 'proven' AND account_id IN (
                        SELECT account_id FROM proven_credentials WHERE kept_until <= $1
                        ORDER BY kept_until, account_id LIMIT $2)",
        over_at: |now| now,
    },
    Kind {
        statement: "DELETE FROM proven_credentials WHERE account_id IN (
                        SELECT account_id FROM proven_credentials WHERE kept_until <= $1
                        ORDER BY kept_until, account_id LIMIT $2)",
        over_at: |now| now,
    },
    Kind {
        statement: "DELETE FROM wraps WHERE slot = 'former_recovery' AND account_id IN (
                        SELECT account_id FROM key_records WHERE former_code_until <= $1
                        ORDER BY former_code_until, account_id LIMIT $2)",
        over_at: |now| now,
    },
    Kind {
        statement: "UPDATE key_records SET former_code_verifier = NULL, former_code_until = NULL WHERE account_id IN (
                        SELECT account_id FROM key_records WHERE former_code_until <= $1
                        ORDER BY former_code_until, account_id LIMIT $2)",
        over_at: |now| now,
    },
    Kind {
        statement: "DELETE FROM mails_sent WHERE mail_id IN (
                        SELECT mail_id FROM mails_sent WHERE sent_at < $1 LIMIT $2)",
        over_at: |now| now.minus(SENT_KEPT),
    },
];

pub(super) async fn remove(
    connection: &mut SqliteConnection,
    swept: &mut Swept,
    now: Timestamp,
) -> Result<(), Failure> {
    for kind in KINDS {
        let removed = sqlx::query(kind.statement)
            .bind((kind.over_at)(now).0)
            .bind(ROWS_MAX)
            .execute(&mut *connection)
            .await?
            .rows_affected();
        swept.expired = swept.expired.saturating_add(removed);
        swept.more |= removed >= ROWS_MAX.unsigned_abs();
    }
    Ok(())
}
