//! The inventory as a stored file.

use keyhaven_protocol::persona::AccountId;
use rand_core::CryptoRng;

use super::{INVENTORY_OBJECT_ID, Inventory, InventoryError};
use crate::{
    job::Step,
    keys::BackupKey,
    object::{
        CounterExpectation, ObjectContext, ObjectExpectation, OpenError, SealError, open_file, seal_file,
    },
};

/// Why an inventory was not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealInventoryError {
    /// It cannot be written down.
    #[error("the inventory cannot be written")]
    Inventory(#[from] InventoryError),
    /// It cannot be sealed.
    #[error("the inventory cannot be sealed")]
    Seal(#[from] SealError),
}

/// Why an inventory stays closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenInventoryError {
    /// The stored file does not open.
    #[error("the stored inventory does not open")]
    Open(#[from] OpenError),
    /// What is inside is not an inventory.
    #[error("the stored inventory does not read")]
    Inventory(#[from] InventoryError),
    /// The counter inside is not the one in the header.
    #[error("the inventory and its header name different versions")]
    OtherCounter,
}

/// The stored file of `inventory`.
///
/// # Errors
/// [`SealInventoryError`].
pub fn seal_inventory(
    backup_key: &BackupKey,
    account_id: AccountId,
    inventory: &Inventory,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Step<Vec<u8>, SealInventoryError> {
    let content = match inventory.to_bytes() {
        Ok(content) => content,
        Err(error) => return Step::Done(Err(error.into())),
    };
    let context = ObjectContext {
        account_id,
        object_id: INVENTORY_OBJECT_ID,
        counter: inventory.counter(),
    };
    seal_file(backup_key, context, content, rng).map_result(|sealed| Ok(sealed?))
}

/// The inventory in a stored file. `counter` is at least what this device remembers, or [`CounterExpectation::AtLeast`]
/// of 0 on a new one.
///
/// # Errors
/// [`OpenInventoryError`]; a rolled-back inventory is
/// [`HeaderError::Stale`](crate::object::HeaderError::Stale).
pub fn open_inventory(
    backup_key: &BackupKey,
    account_id: AccountId,
    counter: CounterExpectation,
    file: &[u8],
) -> Step<Inventory, OpenInventoryError> {
    let expected = ObjectExpectation {
        account_id,
        object_id: INVENTORY_OBJECT_ID,
        counter,
    };
    open_file(backup_key, &expected, file).map_result(|opened| {
        let (content, verified) = opened?;
        let inventory = Inventory::parse(&content)?;
        if inventory.counter() == verified.context().counter {
            Ok(inventory)
        } else {
            Err(OpenInventoryError::OtherCounter)
        }
    })
}
