use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sqlx::{
    Connection as _, Executor as _,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};

use super::*;

/// A writer over one table in a file of its own.
async fn writer(connection: SqliteConnection) -> Writer {
    let mut connection = connection;
    connection
        .execute("CREATE TABLE numbers (n BIGINT PRIMARY KEY)")
        .await
        .unwrap();
    start(connection).await
}

/// These have no log to copy: the copier has a database of its own.
async fn start(connection: SqliteConnection) -> Writer {
    Writer::start(connection, memory().await, Company::Alone).unwrap()
}

async fn memory() -> SqliteConnection {
    SqliteConnection::connect("sqlite::memory:").await.unwrap()
}

async fn insert(writer: &Writer, number: i64) -> Result<(), StorageError> {
    writer
        .run(0, move |connection| Box::pin(insert_row(connection, number)))
        .await
}

async fn insert_row(connection: &mut SqliteConnection, number: i64) -> Result<(), Failure> {
    sqlx::query("INSERT INTO numbers (n) VALUES ($1)")
        .bind(number)
        .execute(connection)
        .await?;
    Ok(())
}

async fn numbers(writer: &Writer) -> Vec<i64> {
    writer
        .run(0, |connection| {
            Box::pin(async move {
                Ok(sqlx::query_scalar("SELECT n FROM numbers ORDER BY n")
                    .fetch_all(connection)
                    .await?)
            })
        })
        .await
        .unwrap()
}

/// Resolves soon or not at all: what `stopped` is asked.
async fn resolves(future: impl Future<Output = ()>) -> bool {
    tokio::time::timeout(Duration::from_millis(200), future)
        .await
        .is_ok()
}

#[tokio::test]
async fn jobs_that_wait_together_share_a_transaction() {
    let mut connection = memory().await;
    let commits = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = Arc::clone(&commits);
    let writer = {
        connection
            .execute("CREATE TABLE numbers (n BIGINT PRIMARY KEY)")
            .await
            .unwrap();
        connection.lock_handle().await.unwrap().set_commit_hook(move || {
            counted.fetch_add(1, Ordering::SeqCst);
            true
        });
        start(connection).await
    };
    let all = futures_util::future::join_all((0..100).map(|number| insert(&writer, number))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(numbers(&writer).await.len(), 100);
    // The first job may have gone alone; the others waited for it together.
    assert!(
        commits.load(Ordering::SeqCst) <= 3,
        "{commits:?} transactions for 100 writes"
    );
}

#[tokio::test]
async fn a_job_that_fails_undoes_only_itself() {
    let writer = writer(memory().await).await;
    let half_done = writer.run(0, |connection| {
        Box::pin(async move {
            insert_row(connection, 10).await?;
            Err::<(), _>(Failure::Damaged("number"))
        })
    });
    let (before, half_done, after) = tokio::join!(insert(&writer, 1), half_done, insert(&writer, 2));
    assert!(
        matches!(half_done, Err(StorageError::Damaged { record: "number" })),
        "{half_done:?}"
    );
    assert!(before.is_ok() && after.is_ok());
    assert_eq!(numbers(&writer).await, [1, 2]);
}

/// Inserts a row and settles it in the same text.
async fn insert_settled(writer: &Writer, number: i64) -> Result<(), StorageError> {
    writer
        .run_settling(0, move |connection| {
            Box::pin(async move {
                let text = concat!("INSERT INTO numbers (n) VALUES ($1);", settle!());
                sqlx::query(text).bind(number).execute(connection).await?;
                Ok(((), Settled::Yes))
            })
        })
        .await
}

#[tokio::test]
async fn what_a_job_settled_itself_is_not_undone_by_the_next_one() {
    let writer = writer(memory().await).await;
    let half_done = writer.run(0, |connection| {
        Box::pin(async move {
            insert_row(connection, 10).await?;
            Err::<(), _>(Failure::Damaged("number"))
        })
    });
    let (first, half_done, twice, last) = tokio::join!(
        insert_settled(&writer, 1),
        half_done,
        insert_settled(&writer, 1),
        insert_settled(&writer, 2)
    );
    assert!(first.is_ok() && half_done.is_err() && last.is_ok());
    assert!(matches!(twice, Err(StorageError::Backend(_))), "{twice:?}");
    assert_eq!(numbers(&writer).await, [1, 2]);
}

#[tokio::test]
async fn a_refused_statement_is_the_error_of_its_own_job_only() {
    let writer = writer(memory().await).await;
    let (first, twice, other) = tokio::join!(insert(&writer, 1), insert(&writer, 1), insert(&writer, 2));
    assert!(first.is_ok() && other.is_ok());
    assert!(matches!(twice, Err(StorageError::Backend(_))), "{twice:?}");
    assert_eq!(numbers(&writer).await, [1, 2]);
}

#[tokio::test]
async fn a_commit_that_fails_is_acknowledged_to_nobody_and_stops_the_writer() {
    let mut connection = memory().await;
    connection
        .execute("CREATE TABLE numbers (n BIGINT PRIMARY KEY)")
        .await
        .unwrap();
    let refuse = Arc::new(AtomicBool::new(false));
    let refused = Arc::clone(&refuse);
    connection
        .lock_handle()
        .await
        .unwrap()
        .set_commit_hook(move || !refused.load(Ordering::SeqCst));
    let writer = start(connection).await;
    insert(&writer, 1).await.unwrap();

    refuse.store(true, Ordering::SeqCst);
    let (second, third) = tokio::join!(insert(&writer, 2), insert(&writer, 3));
    assert!(second.is_err() && third.is_err(), "acknowledged without a commit");
    assert!(
        resolves(writer.stopped()).await,
        "nobody was told that the writer failed"
    );

    refuse.store(false, Ordering::SeqCst);
    assert!(matches!(insert(&writer, 4).await, Err(StorageError::Stopped)));
    assert!(resolves(writer.close()).await, "closing a failed writer hangs");
}

#[tokio::test]
async fn a_failure_of_the_file_layer_stops_the_writer() {
    let writer = writer(memory().await).await;
    let failing = writer.run(0, |_| {
        let error = io::Error::from_raw_os_error(5);
        Box::pin(async { Err::<(), _>(Failure::Sql(sqlx::Error::Io(error))) })
    });
    assert!(failing.await.is_err());
    assert!(resolves(writer.stopped()).await);
    assert!(matches!(insert(&writer, 1).await, Err(StorageError::Stopped)));
}

#[tokio::test]
async fn a_full_disk_fails_the_write_and_the_next_one_goes_through() {
    let mut connection = memory().await;
    connection
        .execute("CREATE TABLE numbers (n BIGINT PRIMARY KEY, filling BLOB)")
        .await
        .unwrap();
    connection.execute("PRAGMA max_page_count = 64").await.unwrap();
    let writer = start(connection).await;
    let too_much = writer.run(0, |connection| {
        Box::pin(async move {
            sqlx::query("INSERT INTO numbers (n, filling) VALUES (1, zeroblob(1000000))")
                .execute(connection)
                .await?;
            Ok(())
        })
    });
    let outcome = too_much.await;
    assert!(matches!(outcome, Err(StorageError::Full)), "{outcome:?}");
    insert(&writer, 2).await.unwrap();
    assert_eq!(numbers(&writer).await, [2]);
    assert!(!resolves(writer.stopped()).await);
}

#[tokio::test]
async fn a_panic_in_a_job_is_a_failed_writer_and_not_a_silent_one() {
    let writer = writer(memory().await).await;
    let outcome = writer
        .run(0, |_| {
            Box::pin(async { panic!("a job that panics") as Result<(), Failure> })
        })
        .await;
    assert!(matches!(outcome, Err(StorageError::Stopped)), "{outcome:?}");
    assert!(resolves(writer.stopped()).await);
}

#[tokio::test]
async fn closing_finishes_what_waits_and_takes_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true);
    let writer = writer(SqliteConnection::connect_with(&options).await.unwrap()).await;
    let waiting: Vec<_> = (0..300).map(|number| insert(&writer, number)).collect();
    let close = async {
        tokio::task::yield_now().await;
        writer.close().await;
    };
    let (answers, ()) = tokio::join!(futures_util::future::join_all(waiting), close);
    let acknowledged = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(acknowledged > 0);
    assert!(matches!(insert(&writer, 1_000).await, Err(StorageError::Stopped)));
    assert!(
        !resolves(writer.stopped()).await,
        "an orderly close was reported as a failure"
    );

    let mut again = SqliteConnection::connect_with(&options).await.unwrap();
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM numbers")
        .fetch_one(&mut again)
        .await
        .unwrap();
    assert_eq!(usize::try_from(kept).unwrap(), acknowledged);
}

const MIB: u64 = 1024 * 1024;

/// A store on the disk that copies its log only when it is told to, with a table to fill.
async fn on_the_disk(path: &std::path::Path) -> (SqliteConnectOptions, SqliteConnection) {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .pragma("wal_autocheckpoint", "0");
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    connection
        .execute("CREATE TABLE fillings (n BIGINT PRIMARY KEY, filling BLOB)")
        .await
        .unwrap();
    (options, connection)
}

/// Inserts a row that fills pages.
async fn insert_mib(writer: &Writer, number: i64) -> Result<(), StorageError> {
    writer
        .run(0, move |connection| {
            Box::pin(async move {
                sqlx::query("INSERT INTO fillings (n, filling) VALUES ($1, zeroblob(1048576))")
                    .bind(number)
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
}

#[tokio::test]
async fn the_log_is_copied_while_writes_go_on_and_begins_anew() {
    const WRITTEN: i64 = 160;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let (options, connection) = on_the_disk(&path).await;
    let connect = || SqliteConnection::connect_with(&options);
    let writer = Writer::start(connection, connect().await.unwrap(), Company::Alone).unwrap();
    for number in 0..WRITTEN {
        insert_mib(&writer, number).await.unwrap();
    }
    let len = |path: &std::path::Path| std::fs::metadata(path).unwrap().len();
    let log = len(&crate::open::beside(&path, "-wal"));
    assert!(log < 64 * MIB, "the log has no end: {log} bytes");
    assert!(len(&path) > 100 * MIB, "little of it was copied");
    let mut reader = connect().await.unwrap();
    let found: i64 = sqlx::query_scalar("SELECT count(*) FROM fillings")
        .fetch_one(&mut reader)
        .await
        .unwrap();
    assert_eq!(found, WRITTEN);
    reader.close().await.unwrap();
    writer.close().await;
    assert!(len(&path) > 160 * MIB, "what was left was not copied at the end");
}

#[tokio::test]
async fn a_copy_that_fails_stops_the_writer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let (options, connection) = on_the_disk(&path).await;
    // One that may not write cannot copy.
    let copier = SqliteConnection::connect_with(&options.clone().read_only(true))
        .await
        .unwrap();
    let writer = Writer::start(connection, copier, Company::Alone).unwrap();
    for number in 0..20 {
        if insert_mib(&writer, number).await.is_err() {
            break;
        }
    }
    assert!(
        resolves(writer.stopped()).await,
        "nobody was told that the copy failed"
    );
    assert!(matches!(
        insert_mib(&writer, 20).await,
        Err(StorageError::Stopped)
    ));
}
