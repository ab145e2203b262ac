//! Signed in, and the backup key at hand.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use keyhaven_core::{former_keys::BackupKeys, inventory::Inventory};
use keyhaven_protocol::{
    address::Address,
    persona::{AccountId, ObjectId, Wrap},
};

use super::{
    account::Account,
    api::{Derivation, Session, SignedIn},
    remembered::InventoryMark,
};
use crate::{
    host::Host,
    problem::{Problem, ServerFault},
};

/// An open backup. Shared by the flows that work on it; the backup keys are wiped with the last of them.
#[derive(Debug)]
pub struct Unlocked {
    pub(super) address: Address,
    backup_keys: RefCell<Rc<BackupKeys>>,
    session: RefCell<Rc<Session>>,
    account: RefCell<Account>,
    password: RefCell<PresentPassword>,
    record_version: Cell<u64>,
    /// The newest inventory that was seen, by this device at any time.
    inventory_seen: Cell<InventoryMark>,
    /// An older one that somebody wants to go on with all the same.
    older_accepted: Cell<Option<InventoryMark>>,
    /// Versions of objects that another key opened than the inventory says: counter, and generation of that key.
    found_under: RefCell<Vec<(ObjectId, u64, u32)>>,
}

/// What is known of the password in force without knowing it.
#[derive(Debug, Clone)]
pub(super) struct PresentPassword {
    /// Under which its keys were derived.
    pub(super) derivation: Derivation,
    /// Ciphertext, sent again when the record is written for another reason.
    pub(super) wrap: Wrap,
}

/// Why a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionOver {
    /// The person signed out.
    SignedOut,
    /// It ended by itself or from another device: sign in again.
    Ended,
    /// As [`SessionOver::Ended`], while it was not known which of two recovery codes is in force: both have to be kept
    /// until one was checked.
    EndedWithTwoCodes,
    /// The account was deleted at once: nothing of it is left.
    AccountRemoved,
}

impl Unlocked {
    pub(super) fn new(
        address: Address,
        backup_keys: BackupKeys,
        session: Rc<Session>,
        account: Account,
        password: PresentPassword,
        record_version: u64,
    ) -> Self {
        Self {
            address,
            backup_keys: RefCell::new(Rc::new(backup_keys)),
            session: RefCell::new(session),
            account: RefCell::new(account),
            password: RefCell::new(password),
            record_version: Cell::new(record_version),
            inventory_seen: Cell::default(),
            older_accepted: Cell::new(None),
            found_under: RefCell::default(),
        }
    }

    /// The backup key in force, with those before it.
    pub(super) fn backup_keys(&self) -> Rc<BackupKeys> {
        Rc::clone(&self.backup_keys.borrow())
    }

    /// The account as it was read last.
    #[must_use]
    pub fn account(&self) -> Account {
        self.account.borrow().clone()
    }

    pub(super) fn account_id(&self) -> AccountId {
        self.account.borrow().id
    }

    /// The session of the present password.
    pub(super) fn session(&self) -> Rc<Session> {
        Rc::clone(&self.session.borrow())
    }

    pub(super) fn signed_in<'call, H: Host>(
        &self,
        host: &'call H,
        session: &'call Session,
    ) -> SignedIn<'call, H> {
        SignedIn::new(host, session)
    }

    pub(super) fn password(&self) -> PresentPassword {
        self.password.borrow().clone()
    }

    pub(super) const fn record_version(&self) -> u64 {
        self.record_version.get()
    }

    /// Takes over what was read of the account; of another account nothing is.
    pub(super) fn note_account(&self, account: Account) -> Result<(), ServerFault> {
        if account.id != self.account_id() {
            return Err(ServerFault::Foreign);
        }
        self.account.replace(account);
        Ok(())
    }

    /// The newest inventory that was seen.
    pub(super) const fn inventory_seen(&self) -> InventoryMark {
        self.inventory_seen.get()
    }

    pub(super) fn note_inventory(&self, found: InventoryMark) {
        self.inventory_seen.set(self.inventory_seen().newest(found));
    }

    /// Somebody goes on with this inventory instead of the newest that was seen, and with no other.
    pub(super) fn accept_older(&self, found: InventoryMark) {
        self.older_accepted.set(Some(found));
    }

    /// Whether this inventory may be written over.
    pub(super) fn may_follow(&self, found: InventoryMark) -> bool {
        self.inventory_seen().may_become(found) || self.older_accepted.get() == Some(found)
    }

    /// The key of this generation has opened this version of an object, whatever the inventory says.
    pub(super) fn note_found_under(&self, id: ObjectId, counter: u64, generation: u32) {
        self.found_under.borrow_mut().push((id, counter, generation));
    }

    /// An inventory that says what was found.
    pub(super) fn corrected(&self, mut inventory: Inventory) -> Inventory {
        for (id, counter, generation) in self.found_under.borrow().iter() {
            inventory.correct_generation(id, *counter, *generation);
        }
        inventory
    }

    /// Reads the account anew.
    pub(super) async fn read_account(&self, host: &impl Host) -> Result<(), Problem> {
        let session = self.session();
        let account = self.signed_in(host, &session).account().await?;
        Ok(self.note_account(account)?)
    }

    pub(super) fn note_record_version(&self, version: u64) {
        self.record_version.set(version);
    }

    /// These keys are what the record holds now.
    pub(super) fn note_backup_keys(&self, keys: BackupKeys) {
        self.backup_keys.replace(Rc::new(keys));
    }

    /// A new backup key is in force, under the password that was in force before.
    pub(super) fn note_renewal(&self, keys: BackupKeys, password_wrap: Wrap, version: u64) {
        self.note_backup_keys(keys);
        self.password.borrow_mut().wrap = password_wrap;
        self.record_version.set(version);
    }

    /// The password was changed: everything of the old one is replaced at once.
    pub(super) fn note_password(
        &self,
        session: Session,
        account: Account,
        password: PresentPassword,
        version: u64,
    ) {
        self.session.replace(Rc::new(session));
        self.account.replace(account);
        self.password.replace(password);
        self.record_version.set(version);
    }
}
