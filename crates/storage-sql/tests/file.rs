//! The file: who may read it, what stands in it, what closing and opening do.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use bytes::Bytes;
use keyhaven_protocol::persona::AccountState;
use keyhaven_storage::{
    AccountStates as _, Accounts as _, Content, KeyRecordWrite, KeyRecords as _, MailOutcome, MailQueue as _,
    MailRequest, NewSession, Objects as _, RecoveryWrite, Resets as _, Sessions as _, SpendCode,
    StorageError, Store as _, UnlockBy, UnlockOutcome, WriteObject,
    testing::samples::{
        FRESH, NOW, address, author, author_at, first_write, minutes, new_credential, new_session,
        open_session, recovery_wrap, session_is_open, sign_up, sign_up_with_keys,
    },
};
use keyhaven_storage_sql::{OpenError, SqliteOptions, SqliteStore};
use sha2::{Digest as _, Sha256};
use sqlx::{Connection as _, Executor as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

async fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, SqliteOptions::default()).await.unwrap()
}

fn new_path() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keyhaven.sqlite");
    (folder, path)
}

fn modes(folder: &Path) -> Vec<(PathBuf, u32)> {
    let files = fs::read_dir(folder).unwrap().map(Result::unwrap);
    files
        .map(|file| (file.path(), file.metadata().unwrap().permissions().mode() & 0o777))
        .collect()
}

#[tokio::test]
async fn only_the_owner_can_read_any_file_of_the_store() {
    let (folder, path) = new_path();
    let store = open(&path).await;
    sign_up(&store, "carol").await;
    let files = modes(folder.path());
    assert_eq!(files.len(), 3, "file, log and its index: {files:?}");
    assert!(files.iter().all(|(_, mode)| *mode == 0o600), "{files:?}");
}

#[tokio::test]
async fn a_file_that_others_could_read_is_made_private() {
    let (folder, path) = new_path();
    open(&path).await.close().await;
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    let store = open(&path).await;
    sign_up(&store, "carol").await;
    let files = modes(folder.path());
    assert!(files.iter().all(|(_, mode)| *mode == 0o600), "{files:?}");
}

#[tokio::test]
async fn what_is_no_database_is_not_opened_and_not_changed() {
    let (_folder, path) = new_path();
    let content = vec![0x5a; 8_192];
    fs::write(&path, &content).unwrap();
    let opened = SqliteStore::open(&path, SqliteOptions::default()).await;
    assert!(matches!(opened, Err(OpenError::Database(_))), "{opened:?}");
    assert_eq!(fs::read(&path).unwrap(), content);
}

#[tokio::test]
async fn a_database_without_checksums_is_not_opened_and_not_changed() {
    let (_folder, path) = new_path();
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true);
    let mut plain = SqliteConnection::connect_with(&options).await.unwrap();
    plain.execute("CREATE TABLE accounts (x)").await.unwrap();
    plain.close().await.unwrap();
    let content = fs::read(&path).unwrap();
    let opened = SqliteStore::open(&path, SqliteOptions::default()).await;
    assert!(matches!(opened, Err(OpenError::WithoutChecksums)), "{opened:?}");
    assert_eq!(fs::read(&path).unwrap(), content);
}

#[tokio::test]
async fn a_damaged_page_fails_the_write_that_meets_it_and_not_the_next() {
    let (_folder, path) = new_path();
    let store = open(&path).await;
    let carol = sign_up(&store, "carol").await;
    let sessions_page = page_of(&path, "sessions").await;
    store.close().await;
    flip_a_byte_of_page(&path, sessions_page);

    let store = open(&path).await;
    let refused = store.create_session(new_session(carol, 1, 1), NOW).await;
    assert!(
        matches!(refused, Err(StorageError::Damaged { .. })),
        "{refused:?}"
    );
    let written = store
        .write_object(
            author(&store, carol).await,
            "work",
            "text/plain",
            Bytes::from_static(b"kept"),
            NOW,
        )
        .await;
    assert!(matches!(written, Ok(WriteObject::Written(()))), "{written:?}");
    let stopped = tokio::time::timeout(Duration::from_millis(100), store.stopped()).await;
    assert!(stopped.is_err(), "a damaged page stopped the store");
}

/// The first page of a table.
async fn page_of(path: &Path, table: &'static str) -> usize {
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let page: i64 = sqlx::query_scalar("SELECT rootpage FROM sqlite_schema WHERE name = $1")
        .bind(table)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    usize::try_from(page).unwrap()
}

fn flip_a_byte_of_page(path: &Path, page: usize) {
    let mut bytes = fs::read(path).unwrap();
    *bytes.get_mut((page - 1) * 4_096 + 2_000).unwrap() ^= 1;
    fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_an_error() {
    let (folder, _) = new_path();
    let opened = SqliteStore::open(&folder.path().join("missing/store"), SqliteOptions::default()).await;
    assert!(matches!(opened, Err(OpenError::File(_))), "{opened:?}");
}

#[tokio::test]
async fn what_was_stored_is_there_after_closing_and_opening() {
    let (folder, path) = new_path();
    let store = open(&path).await;
    let carol = sign_up_with_keys(&store, "carol").await;
    open_session(&store, carol, 1, 1, NOW).await;
    store
        .write_object(
            author(&store, carol).await,
            "work",
            "text/plain",
            Bytes::from_static(b"kept"),
            NOW,
        )
        .await
        .unwrap();
    store
        .request_mail(&address("carol@example.org"), MailRequest::Reset, NOW)
        .await
        .unwrap();
    store.close().await;
    assert_eq!(modes(folder.path()).len(), 1, "the log was not emptied");

    let store = open(&path).await;
    let carol = author(&store, carol).await;
    assert!(store.key_record(carol).await.unwrap().given().flatten().is_some());
    assert!(session_is_open(&store, 1, NOW).await);
    assert_eq!(
        store
            .read_object(carol, "work", u64::MAX)
            .await
            .unwrap()
            .given()
            .and_then(Content::here)
            .unwrap()
            .bytes
            .as_ref(),
        b"kept"
    );
    assert!(store.claim_mail(NOW, NOW).await.unwrap().is_some());
}

#[tokio::test]
async fn a_closed_store_says_that_it_has_stopped() {
    let (_folder, path) = new_path();
    let store = open(&path).await;
    let carol = sign_up(&store, "carol").await;
    store.close().await;
    store.close().await;
    assert!(matches!(
        store.check_writable(NOW).await,
        Err(StorageError::Stopped)
    ));
    assert!(matches!(
        store.account(carol, NOW).await,
        Err(StorageError::Stopped)
    ));
    let listed = store.objects(author_at(carol, 1), u64::MAX).await;
    assert!(matches!(listed, Err(StorageError::Stopped)));
    let failed = tokio::time::timeout(Duration::from_millis(100), store.stopped()).await;
    assert!(failed.is_err(), "an orderly close was reported as a failure");
}

/// Secrets as their owners know them; the store gets their SHA-256 only.
const CODE: &str = "kCodeAsItStandsInTheMail-0123456789abcdef";
const TOKEN: [u8; 32] = *b"token-of-the-session-0123456789a";
const UNLOCK_PROOF: [u8; 32] = *b"unlock-proof-as-it-is-presented!";
const RECOVERY_AUTH: [u8; 32] = *b"recovery-auth-as-it-is-presented";

fn sha256(bytes: impl AsRef<[u8]>) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

#[tokio::test]
async fn no_code_token_or_proof_stands_in_the_file_and_no_address_but_that_of_an_account() {
    let (folder, path) = new_path();
    let store = open(&path).await;
    let carol = sign_up(&store, "carol").await;
    let write = KeyRecordWrite {
        unlock_verifier: sha256(UNLOCK_PROOF),
        recovery: Some(RecoveryWrite {
            wrap: recovery_wrap(2),
            verifier: sha256(RECOVERY_AUTH),
        }),
        ..first_write()
    };
    store
        .write_key_record(author(&store, carol).await, write, NOW)
        .await
        .unwrap();
    for typed in ["carol@example.org", "stranger@elsewhere.example"] {
        store
            .request_mail(&address(typed), MailRequest::Reset, NOW)
            .await
            .unwrap();
        let job = store
            .claim_mail(NOW, NOW.plus(minutes(1)))
            .await
            .unwrap()
            .unwrap();
        store.finish_mail(job.id, MailOutcome::Sent, NOW).await.unwrap();
    }
    for code in [CODE, "kAnotherCodeThatIsNeverUsed"] {
        store.add_reset_code(carol, sha256(code), NOW).await.unwrap();
    }
    let home = address("carol@example.org");
    let spent = store
        .spend_reset_code(&home, sha256(CODE), new_credential("$h"), FRESH, NOW)
        .await
        .unwrap();
    assert_eq!(spent, SpendCode::Reset);
    store
        .add_reset_code(carol, sha256("kAnotherCodeThatIsNeverUsed"), NOW)
        .await
        .unwrap();
    let session = NewSession {
        token_hash: sha256(TOKEN),
        ..new_session(carol, 2, 1)
    };
    store.create_session(session, NOW).await.unwrap();
    assert!(store.use_session(sha256(TOKEN), NOW).await.unwrap().is_some());
    let unlocked = store
        .unlock(
            author(&store, carol).await,
            UnlockBy::RecoveryAuth(sha256(RECOVERY_AUTH)),
            NOW,
        )
        .await
        .unwrap();
    assert_eq!(unlocked, UnlockOutcome::Unlocked(AccountState::Active));
    store.close().await;

    let bytes: Vec<u8> = modes(folder.path())
        .into_iter()
        .flat_map(|(file, _)| fs::read(file).unwrap())
        .collect();
    let stands = |wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
    for present in [
        b"carol@example.org".as_slice(),
        &sha256(UNLOCK_PROOF),
        &sha256(RECOVERY_AUTH),
        &sha256(TOKEN),
        &sha256("kAnotherCodeThatIsNeverUsed"),
    ] {
        assert!(stands(present), "the search finds nothing, so it proves nothing");
    }
    for absent in [
        CODE.as_bytes(),
        b"kAnotherCodeThatIsNeverUsed",
        &TOKEN,
        &UNLOCK_PROOF,
        &RECOVERY_AUTH,
        b"stranger@elsewhere.example",
        b"stranger",
    ] {
        assert!(
            !stands(absent),
            "{:?} stands in the file",
            String::from_utf8_lossy(absent)
        );
    }
}

#[tokio::test]
async fn a_store_whose_file_was_removed_acknowledges_nothing_more() {
    let (folder, path) = new_path();
    let store = open(&path).await;
    sign_up(&store, "carol").await;
    store.check_writable(NOW).await.unwrap();
    let stopped = store.stopped();
    fs::rename(&path, folder.path().join("aside")).unwrap();
    assert!(matches!(
        store.check_writable(NOW).await,
        Err(StorageError::Removed)
    ));
    tokio::time::timeout(Duration::from_secs(10), stopped)
        .await
        .expect("the process is told to end");
    let refused = store
        .request_mail(&address("carol@example.org"), MailRequest::Reset, NOW)
        .await;
    assert!(matches!(refused, Err(StorageError::Stopped)), "{refused:?}");
}

#[tokio::test]
async fn the_sweeper_sees_that_the_file_was_removed() {
    let (_folder, path) = new_path();
    let store = open(&path).await;
    store.sweep(NOW).await.unwrap();
    fs::remove_file(&path).unwrap();
    assert!(matches!(store.sweep(NOW).await, Err(StorageError::Removed)));
}
