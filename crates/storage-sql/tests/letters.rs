//! A letter that this build cannot read, because it is damaged or a newer build queued it, keeps no other from going
//! out.

use keyhaven_storage::{
    MailOutcome, MailQueue as _, MailRequest, Store as _,
    testing::samples::{NOW, address, days, minutes},
};
use keyhaven_storage_sql::{SqliteOptions, SqliteStore};
use sqlx::{Connection as _, Executor as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

#[tokio::test]
async fn a_letter_that_cannot_be_read_is_put_aside_and_the_rest_goes_out() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keyhaven.sqlite");
    let store = SqliteStore::open(&path, SqliteOptions::default()).await.unwrap();
    for name in ["word", "address", "details", "whole"] {
        let to = address(&format!("{name}@example.org"));
        store.request_mail(&to, MailRequest::Reset, NOW).await.unwrap();
    }
    let options = SqliteConnectOptions::new().filename(&path);
    let mut behind = SqliteConnection::connect_with(&options).await.unwrap();
    for change in [
        "UPDATE mail_queue SET request = 'of a later release' WHERE address LIKE 'word@%'",
        "UPDATE mail_queue SET address_as_typed = 'elsewhere@example.org' WHERE address LIKE 'address@%'",
        "UPDATE mail_queue SET request = 'confirm_new_address' WHERE address LIKE 'details@%'",
    ] {
        assert_eq!(behind.execute(change).await.unwrap().rows_affected(), 1);
    }
    let claim = |now| store.claim_mail(now, days_after(now));
    let job = claim(NOW).await.unwrap().unwrap();
    assert_eq!(job.address.normalised(), "whole@example.org");
    store.finish_mail(job.id, MailOutcome::Sent, NOW).await.unwrap();
    assert!(claim(NOW.plus(minutes(60))).await.unwrap().is_none());
    assert_eq!(
        store.statistics().await.unwrap().mails_waiting,
        3,
        "they are counted, so that somebody sees them"
    );

    // A build that can read it sends it.
    behind
        .execute("UPDATE mail_queue SET request = 'reset' WHERE address LIKE 'word@%'")
        .await
        .unwrap();
    behind.close().await.unwrap();
    let job = claim(NOW.plus(days(1))).await.unwrap().unwrap();
    assert_eq!(job.address.normalised(), "word@example.org");
}

const fn days_after(now: keyhaven_storage::Timestamp) -> keyhaven_storage::Timestamp {
    now.plus(days(1))
}
