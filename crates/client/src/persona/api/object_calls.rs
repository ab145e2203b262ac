//! Sealed objects and the sealed inventory.

use keyhaven_protocol::{
    error::ErrorCode,
    parts::parts,
    persona::{
        DeletedListResponse, ObjectId, ObjectListResponse, ObjectView, ObjectWriteResponse,
        limits::{INVENTORY_MAX_BYTES, LEGACY_ID_MAX_BYTES, OBJECT_MAX_BYTES, OBJECTS_MAX},
        objects::{PARTS_MEDIA_TYPE, SEALED_MEDIA_TYPE},
        paths,
    },
};
use zeroize::Zeroizing;

use super::{
    SignedIn,
    call::{Answer, Call, CallError},
};
use crate::{
    host::Host,
    problem::{Problem, ServerFault},
    transport::{Method, Transferred},
};

/// Longest JSON list of [`OBJECTS_MAX`] objects: ids of the original wire can be long.
const LIST_MAX_BYTES: usize = 8 * 1024 * 1024;

/// What the server lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerList {
    /// Version of the inventory; `None` while none was written.
    pub inventory_version: Option<u64>,
    /// A claim of the server.
    pub objects: Vec<ObjectView>,
    /// How many it says are deleted and still kept.
    pub deleted: u64,
}

/// The sealed inventory as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredInventory {
    /// The version that a write replaces.
    pub version: u64,
    /// To be opened.
    pub sealed: Zeroizing<Vec<u8>>,
}

/// What must be stored for a write to go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InventoryCondition {
    /// No inventory yet.
    Absent,
    /// This version of it.
    Version(u64),
}

impl InventoryCondition {
    fn on(self, call: Call) -> Call {
        match self {
            Self::Absent => call.header("if-none-match", "*".to_owned()),
            Self::Version(version) => call.header("if-match", format!("\"{version}\"")),
        }
    }
}

impl<H: Host> SignedIn<'_, H> {
    /// What the server lists.
    ///
    /// # Errors
    /// [`ServerFault::TooLong`] if it lists more than an account can hold.
    pub async fn objects(&self) -> Result<ServerList, Problem> {
        let call = self
            .call(Method::Get, paths::OBJECTS)
            .answer_max_bytes(LIST_MAX_BYTES);
        let answer = call.send(self.host).await?;
        let body = answer.json::<ObjectListResponse>()?;
        let ids_are_short = body
            .objects
            .iter()
            .all(|object| object.id.len() <= LEGACY_ID_MAX_BYTES);
        if body.objects.len() > OBJECTS_MAX || !ids_are_short {
            return Err(answer.fault(ServerFault::TooLong));
        }
        Ok(ServerList {
            inventory_version: body.inventory_version,
            objects: body.objects,
            deleted: body.deleted,
        })
    }

    /// What is deleted and can still be brought back, the last first.
    ///
    /// # Errors
    /// [`ServerFault::TooLong`] if it lists more than an account can hold.
    pub async fn deleted(&self) -> Result<Vec<ObjectView>, Problem> {
        let call = self
            .call(Method::Get, paths::DELETED)
            .answer_max_bytes(LIST_MAX_BYTES);
        let answer = call.send(self.host).await?;
        let deleted = answer.json::<DeletedListResponse>()?.deleted;
        if deleted.len() > OBJECTS_MAX {
            return Err(answer.fault(ServerFault::TooLong));
        }
        Ok(deleted)
    }

    /// The sealed inventory, or this version of it; `None` if the server has none.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn inventory(&self, version: Option<u64>) -> Result<Option<StoredInventory>, Problem> {
        let path = match version {
            None => paths::INVENTORY.to_owned(),
            Some(version) => paths::inventory_version(version),
        };
        let found = self.bytes(path, INVENTORY_MAX_BYTES, &|_| {}).await?;
        let stored = |answer: Answer| {
            Ok(StoredInventory {
                version: answer.version()?,
                sealed: answer.into_body(),
            })
        };
        found.map(stored).transpose()
    }

    /// The sealed bytes of one object, or of this version of it; `None` if the server has none.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn object(
        &self,
        id: &ObjectId,
        version: Option<u64>,
        on_progress: &dyn Fn(Transferred),
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Problem> {
        let path = match version {
            None => paths::object(id),
            Some(version) => paths::object_version(id, version),
        };
        let found = self.bytes(path, OBJECT_MAX_BYTES, on_progress).await?;
        Ok(found.map(Answer::into_body))
    }

    /// One for all that is read in bytes, since each would be a copy of all of it in what people load.
    async fn bytes(
        &self,
        path: String,
        max_bytes: usize,
        on_progress: &dyn Fn(Transferred),
    ) -> Result<Option<Answer>, Problem> {
        let call = self.call(Method::Get, path).answer_max_bytes(max_bytes);
        match call.send_observed(self.host, on_progress).await {
            Ok(answer) => Ok(Some(answer)),
            Err(CallError::Refused(refusal)) if refusal.code() == ErrorCode::NoSuchItem => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes an object and the inventory that names it, in one transaction. Answers the inventory's version.
    ///
    /// # Errors
    /// [`crate::problem::ProblemKind::ReadAgain`] if the condition does not hold; nothing was written then.
    pub async fn put_object(
        &self,
        id: &ObjectId,
        sealed: &[u8],
        sealed_inventory: &[u8],
        condition: InventoryCondition,
        on_progress: &dyn Fn(Transferred),
    ) -> Result<u64, Problem> {
        let body = parts(&[sealed_inventory, sealed]);
        let call = condition
            .on(self.call(Method::Put, paths::object(id)))
            .bytes(PARTS_MEDIA_TYPE, body);
        let answer = call.send_observed(self.host, on_progress).await?;
        Ok(answer.json::<ObjectWriteResponse>()?.inventory_version)
    }

    /// Deletes an object and writes the inventory that no longer names it. Answers the inventory's version.
    ///
    /// # Errors
    /// [`crate::problem::ProblemKind::ReadAgain`] if the condition does not hold,
    /// [`crate::problem::ProblemKind::Gone`] if there is none of that id.
    pub async fn delete_object(
        &self,
        id: &ObjectId,
        sealed_inventory: Vec<u8>,
        condition: InventoryCondition,
    ) -> Result<u64, Problem> {
        self.write_inventory(
            (Method::Post, paths::object_delete(id)),
            sealed_inventory,
            condition,
        )
        .await
    }

    /// Brings the last version of a deleted object back. Answers the inventory's version.
    ///
    /// # Errors
    /// As [`SignedIn::delete_object`].
    pub async fn undelete_object(
        &self,
        id: &ObjectId,
        sealed_inventory: Vec<u8>,
        condition: InventoryCondition,
    ) -> Result<u64, Problem> {
        self.write_inventory(
            (Method::Post, paths::object_undelete(id)),
            sealed_inventory,
            condition,
        )
        .await
    }

    /// Writes the inventory alone, in the place of one that does not open. Answers its version.
    ///
    /// # Errors
    /// [`crate::problem::ProblemKind::ReadAgain`] if the condition does not hold.
    pub async fn put_inventory(
        &self,
        sealed_inventory: Vec<u8>,
        condition: InventoryCondition,
    ) -> Result<u64, Problem> {
        self.write_inventory(
            (Method::Put, paths::INVENTORY.to_owned()),
            sealed_inventory,
            condition,
        )
        .await
    }

    async fn write_inventory(
        &self,
        (method, path): (Method, String),
        sealed_inventory: Vec<u8>,
        condition: InventoryCondition,
    ) -> Result<u64, Problem> {
        let call = condition
            .on(self.call(method, path))
            .bytes(SEALED_MEDIA_TYPE, sealed_inventory);
        Ok(call
            .send(self.host)
            .await?
            .json::<ObjectWriteResponse>()?
            .inventory_version)
    }
}
