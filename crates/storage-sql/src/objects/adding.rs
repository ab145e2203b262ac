//! Content on its way into the store: its hash, its chunks, and the one statement that makes a version of it.

use bytes::Bytes;
use keyhaven_protocol::persona::AccountId;
use keyhaven_storage::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::{Sqlite, SqliteConnection, query::Query, sqlite::SqliteArguments};

use super::Kind;
use crate::{
    failure::Failure,
    writer::{Settled, settle},
};

const RECORD: &str = "object";
/// Content is stored in rows of this length, so that no row is long.
const CHUNK_BYTES: usize = 256 * 1024;
/// Hashing more than this takes long enough to keep other tasks waiting.
const HASH_INLINE_MAX_BYTES: usize = 256 * 1024;

/// SHA-256 of some content; of long content on a thread of its own.
pub(super) async fn sha256(bytes: Bytes) -> [u8; 32] {
    if bytes.len() <= HASH_INLINE_MAX_BYTES {
        return Sha256::digest(&bytes).into();
    }
    let content = bytes.clone();
    match tokio::task::spawn_blocking(move || Sha256::digest(&content).into()).await {
        Ok(hash) => hash,
        // The runtime is shutting down and starts no more threads.
        Err(_) => Sha256::digest(&bytes).into(),
    }
}

/// Content to store, with its hash.
#[derive(Debug)]
pub(super) struct Content {
    bytes: Bytes,
    sha256: [u8; 32],
    content_type: String,
}

impl Content {
    pub(super) async fn new(content_type: &str, bytes: Bytes) -> Self {
        Self {
            sha256: sha256(bytes.clone()).await,
            bytes,
            content_type: content_type.to_owned(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }
}

/// One version with content, as it is to be stored.
pub(super) struct Addition<'a> {
    pub(super) kind: Kind,
    pub(super) id: &'a str,
    /// One more than the newest, and 1 for a new id.
    pub(super) version: i64,
    pub(super) content: Content,
}

/// Adds a version and shows it, all but the chunks after the first.
macro_rules! add {
    ($kind:literal, $id:literal, $version:literal, $size:literal, $sha256:literal, $content_type:literal, $chunk:literal) => {
        concat!(
            "INSERT INTO objects (account_id, kind, object_id, last_version, content_version, deleted)
             VALUES ($1, ",
            $kind,
            ", ",
            $id,
            ", ",
            $version,
            ", ",
            $version,
            ", 0)
             ON CONFLICT (account_id, kind, object_id)
             DO UPDATE SET last_version = ",
            $version,
            ", content_version = ",
            $version,
            ", deleted = 0;

             INSERT INTO object_versions (object_key, version, written_at, size, sha256, content_type)
             SELECT object_key, ",
            $version,
            ", $2, ",
            $size,
            ", ",
            $sha256,
            ", ",
            $content_type,
            "
             FROM objects WHERE account_id = $1 AND kind = ",
            $kind,
            " AND object_id = ",
            $id,
            ";

             INSERT INTO object_chunks (object_key, version, chunk_index, bytes)
             SELECT object_key, ",
            $version,
            ", 0, ",
            $chunk,
            "
             FROM objects WHERE account_id = $1 AND kind = ",
            $kind,
            " AND object_id = ",
            $id,
            ";

             UPDATE accounts SET used_bytes = used_bytes + ",
            $size,
            " WHERE account_id = $1;"
        )
    };
}

/// Each of these is one way to the connection's thread and back, which costs more than any statement in it.
const ADD_ONE: &str = add!("$3", "$4", "$5", "$6", "$7", "$8", "$9");
const ADD_ONE_AND_SETTLE: &str = concat!(add!("$3", "$4", "$5", "$6", "$7", "$8", "$9"), settle!());
const ADD_TWO_AND_SETTLE: &str = concat!(
    add!("$3", "$4", "$5", "$6", "$7", "$8", "$9"),
    add!("$10", "$11", "$12", "$13", "$14", "$15", "$16"),
    settle!()
);

/// Adds a version with content and shows it.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    account: AccountId,
    addition: Addition<'_>,
    now: Timestamp,
) -> Result<Settled, Failure> {
    if addition.is_long() {
        return add_long(connection, account, &addition, now).await;
    }
    let query = sqlx::query(ADD_ONE_AND_SETTLE)
        .bind(account.as_bytes().as_slice())
        .bind(now.0);
    addition.bind(query)?.execute(connection).await?;
    Ok(Settled::Yes)
}

/// Adds a version of an object and one of the inventory, and shows them.
pub(super) async fn add_both(
    connection: &mut SqliteConnection,
    account: AccountId,
    object: Addition<'_>,
    inventory: Addition<'_>,
    now: Timestamp,
) -> Result<Settled, Failure> {
    if object.is_long() || inventory.is_long() {
        // Neither is settled for itself.
        add_long(connection, account, &object, now).await?;
        return add_long(connection, account, &inventory, now).await;
    }
    let query = sqlx::query(ADD_TWO_AND_SETTLE)
        .bind(account.as_bytes().as_slice())
        .bind(now.0);
    let query = inventory.bind(object.bind(query)?)?;
    query.execute(connection).await?;
    Ok(Settled::Yes)
}

/// One chunk after the other; what is added is left to be settled.
async fn add_long(
    connection: &mut SqliteConnection,
    account: AccountId,
    addition: &Addition<'_>,
    now: Timestamp,
) -> Result<Settled, Failure> {
    let query = sqlx::query(ADD_ONE)
        .bind(account.as_bytes().as_slice())
        .bind(now.0);
    addition.bind(query)?.execute(&mut *connection).await?;
    let chunks = addition.content.bytes.chunks(CHUNK_BYTES);
    for (index, chunk) in (0_i64..).zip(chunks).skip(1) {
        sqlx::query(
            "INSERT INTO object_chunks (object_key, version, chunk_index, bytes)
             SELECT object_key, $4, $5, $6 FROM objects
             WHERE account_id = $1 AND kind = $2 AND object_id = $3",
        )
        .bind(account.as_bytes().as_slice())
        .bind(addition.kind.word())
        .bind(addition.id)
        .bind(addition.version)
        .bind(index)
        .bind(chunk)
        .execute(&mut *connection)
        .await?;
    }
    Ok(Settled::NotYet)
}

type Adding<'q> = Query<'q, Sqlite, SqliteArguments>;

impl Addition<'_> {
    /// Whether it has more than one chunk.
    fn is_long(&self) -> bool {
        self.content.len() > CHUNK_BYTES
    }

    /// The seven values that [`add!`] names, in its order.
    fn bind<'q>(&self, query: Adding<'q>) -> Result<Adding<'q>, Failure> {
        let content = &self.content;
        let first = content.bytes.chunks(CHUNK_BYTES).next().unwrap_or_default();
        Ok(query
            .bind(self.kind.word())
            .bind(self.id)
            .bind(self.version)
            .bind(i64::try_from(content.len()).map_err(|_| Failure::Damaged(RECORD))?)
            .bind(content.sha256.as_slice())
            .bind(content.content_type.as_str())
            .bind(first))
    }
}
