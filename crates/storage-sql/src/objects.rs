//! Objects with their versions, and the inventory that is written with them.

mod adding;
mod deleted;
mod history;
mod kept;
mod read;
mod standing;
mod versions;
mod write;

use bytes::Bytes;
use keyhaven_protocol::persona::{AccountId, objects::SEALED_MEDIA_TYPE};
use keyhaven_storage::{
    Author, BringBack, Content as Read, DeletedRecord, ForAuthor, KeptObject, Listed, ObjectBytes, Objects,
    Precondition, StorageError, Timestamp, VersionRecord, WriteObject,
};
use sqlx::SqliteConnection;

use self::{adding::Content, read::Which, standing::Terms, write::InventoryWrite};
use crate::{SqliteStore, accounts, failure::Failure};

/// The two kinds of content an account has.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Any number, by id.
    Object,
    /// One, with the empty id.
    Inventory,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Inventory => "inventory",
        }
    }
}

#[async_trait::async_trait]
impl Objects for SqliteStore {
    async fn objects(&self, author: Author, size_max: u64) -> Result<ForAuthor<Read<Listed>>, StorageError> {
        let mut reader = self.readers.acquire().await.map_err(Failure::Sql)?;
        let listed = read::list(reader.connection().map_err(Failure::Sql)?, author, size_max).await;
        Ok(reader.done(listed)?)
    }

    async fn deleted_objects(
        &self,
        author: Author,
        size_max: u64,
    ) -> Result<ForAuthor<Read<Vec<DeletedRecord>>>, StorageError> {
        let mut reader = self.readers.acquire().await.map_err(Failure::Sql)?;
        let listed = deleted::list(reader.connection().map_err(Failure::Sql)?, author, size_max).await;
        Ok(reader.done(listed)?)
    }

    async fn read_object(
        &self,
        author: Author,
        id: &str,
        size_max: u64,
    ) -> Result<ForAuthor<Read<ObjectBytes>>, StorageError> {
        let which = Which::Listed;
        Ok(self.content(author, Kind::Object, id, which, size_max).await?)
    }

    async fn read_inventory(
        &self,
        author: Author,
        size_max: u64,
    ) -> Result<ForAuthor<Read<(u64, Bytes)>>, StorageError> {
        Ok(self.inventory(author, Which::Listed, size_max).await?)
    }

    async fn inventory_versions(
        &self,
        author: Author,
        size_max: u64,
    ) -> Result<ForAuthor<Read<Vec<VersionRecord>>>, StorageError> {
        Ok(self.history(author, Kind::Inventory, "", size_max).await?)
    }

    async fn read_inventory_version(
        &self,
        author: Author,
        version: u64,
        size_max: u64,
    ) -> Result<ForAuthor<Read<(u64, Bytes)>>, StorageError> {
        Ok(self.inventory(author, Which::Version(version), size_max).await?)
    }

    async fn write_object(
        &self,
        author: Author,
        id: &str,
        content_type: &str,
        bytes: Bytes,
        now: Timestamp,
    ) -> Result<WriteObject<()>, StorageError> {
        let (terms, id) = (self.terms(author, now), id.to_owned());
        let content = Content::new(content_type, bytes).await;
        self.writer
            .run_settling(content.len(), move |connection| {
                Box::pin(write::object(connection, terms, id, content))
            })
            .await
    }

    async fn delete_object(
        &self,
        author: Author,
        id: &str,
        now: Timestamp,
    ) -> Result<WriteObject<()>, StorageError> {
        let (terms, id) = (self.terms(author, now), id.to_owned());
        self.writer
            .run(0, move |connection| {
                Box::pin(write::deletion(connection, terms, id))
            })
            .await
    }

    async fn write_object_and_inventory(
        &self,
        author: Author,
        id: &str,
        object: Bytes,
        inventory: Bytes,
        precondition: Precondition,
        now: Timestamp,
    ) -> Result<WriteObject<u64>, StorageError> {
        let (terms, id) = (self.terms(author, now), id.to_owned());
        let object = Content::new(SEALED_MEDIA_TYPE, object).await;
        let inventory = InventoryWrite::new(inventory, precondition).await;
        let bytes = object.len().saturating_add(inventory.len());
        self.writer
            .run_settling(bytes, move |connection| {
                Box::pin(write::object_and_inventory(
                    connection, terms, id, object, inventory,
                ))
            })
            .await
    }

    async fn delete_object_and_write_inventory(
        &self,
        author: Author,
        id: &str,
        inventory: Bytes,
        precondition: Precondition,
        now: Timestamp,
    ) -> Result<WriteObject<u64>, StorageError> {
        let (terms, id) = (self.terms(author, now), id.to_owned());
        let inventory = InventoryWrite::new(inventory, precondition).await;
        self.writer
            .run_settling(inventory.len(), move |connection| {
                Box::pin(write::deletion_and_inventory(connection, terms, id, inventory))
            })
            .await
    }

    async fn undelete_object_and_write_inventory(
        &self,
        author: Author,
        id: &str,
        inventory: Bytes,
        precondition: Precondition,
        now: Timestamp,
    ) -> Result<WriteObject<u64>, StorageError> {
        let (terms, id) = (self.terms(author, now), id.to_owned());
        let inventory = InventoryWrite::new(inventory, precondition).await;
        self.writer
            .run_settling(inventory.len(), move |connection| {
                Box::pin(write::undeletion_and_inventory(connection, terms, id, inventory))
            })
            .await
    }

    async fn write_inventory(
        &self,
        author: Author,
        inventory: Bytes,
        precondition: Precondition,
        now: Timestamp,
    ) -> Result<WriteObject<u64>, StorageError> {
        let terms = self.terms(author, now);
        let inventory = InventoryWrite::new(inventory, precondition).await;
        self.writer
            .run_settling(inventory.len(), move |connection| {
                Box::pin(write::inventory_alone(connection, terms, inventory))
            })
            .await
    }

    async fn versions(
        &self,
        author: Author,
        id: &str,
        size_max: u64,
    ) -> Result<ForAuthor<Read<Vec<VersionRecord>>>, StorageError> {
        Ok(self.history(author, Kind::Object, id, size_max).await?)
    }

    async fn read_version(
        &self,
        author: Author,
        id: &str,
        version: u64,
        size_max: u64,
    ) -> Result<ForAuthor<Read<ObjectBytes>>, StorageError> {
        let which = Which::Version(version);
        Ok(self.content(author, Kind::Object, id, which, size_max).await?)
    }

    async fn restore_version(
        &self,
        author: Author,
        id: &str,
        version: u64,
        now: Timestamp,
    ) -> Result<WriteObject<u64>, StorageError> {
        let (terms, id) = (self.terms(author, now), id.to_owned());
        // What is copied weighs on the batch as what is sent does.
        let bytes = self.version_len(author, &id, version).await?;
        self.writer
            .run(bytes, move |connection| {
                Box::pin(history::restore(connection, terms, id, version))
            })
            .await
    }
}

impl SqliteStore {
    async fn content(
        &self,
        author: Author,
        kind: Kind,
        id: &str,
        which: Which,
        size_max: u64,
    ) -> Result<ForAuthor<Read<ObjectBytes>>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let read = read::content(reader.connection()?, author, kind, id, which, size_max).await;
        reader.done(read)
    }

    async fn inventory(
        &self,
        author: Author,
        which: Which,
        size_max: u64,
    ) -> Result<ForAuthor<Read<(u64, Bytes)>>, Failure> {
        let read = self.content(author, Kind::Inventory, "", which, size_max).await?;
        Ok(match read {
            ForAuthor::SignedOut => ForAuthor::SignedOut,
            ForAuthor::Given(Read::Absent) => ForAuthor::Given(Read::Absent),
            ForAuthor::Given(Read::Longer { size }) => ForAuthor::Given(Read::Longer { size }),
            ForAuthor::Given(Read::Here(inventory)) => {
                ForAuthor::Given(Read::Here((inventory.record.version, inventory.bytes)))
            }
        })
    }

    async fn history(
        &self,
        author: Author,
        kind: Kind,
        id: &str,
        size_max: u64,
    ) -> Result<ForAuthor<Read<Vec<VersionRecord>>>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let listed = history::list(reader.connection()?, author, kind, id, size_max).await;
        reader.done(listed)
    }

    async fn version_len(&self, author: Author, id: &str, version: u64) -> Result<usize, Failure> {
        let mut reader = self.readers.acquire().await?;
        let len = history::len(reader.connection()?, author, id, version).await;
        reader.done(len)
    }

    fn terms(&self, author: Author, now: Timestamp) -> Terms {
        Terms {
            author,
            quota_bytes: self.quota_bytes,
            now,
        }
    }
}

/// What is kept beside what shows, page by page.
pub(crate) async fn kept(
    connection: &mut SqliteConnection,
    account: AccountId,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<KeptObject>, Failure> {
    kept::list(connection, account, after, limit).await
}

/// Brings a version back, or what was deleted, in place of the owner.
pub(crate) async fn bring_back(
    connection: &mut SqliteConnection,
    account: AccountId,
    id: String,
    version: Option<u64>,
    quota_bytes: u64,
    now: Timestamp,
) -> Result<BringBack, Failure> {
    let Some(found) = accounts::find_by_id(connection, account, now).await? else {
        return Ok(BringBack::NoAccount);
    };
    if found.account.key_record_version.is_some() {
        return Ok(BringBack::OwnersAlone);
    }
    let terms = Terms {
        author: Author::by_password(&found.account),
        quota_bytes,
        now,
    };
    history::bring_back(connection, terms, id, version).await
}
