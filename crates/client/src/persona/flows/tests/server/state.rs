//! What the server keeps.

use std::collections::BTreeMap;

use keyhaven_protocol::{
    base64url::B64,
    error::ErrorCode,
    kdf::Argon2Params,
    persona::{
        AccountId, AccountResponse, AccountState, AddressChangeView, ObjectView, SealedFormerKeys, SessionId,
        Wrap,
    },
};
use sha2::{Digest as _, Sha256};

/// When a state or a change of address ends that time ends.
pub(crate) const UNTIL: i64 = 1_796_000_000;

pub(crate) struct State {
    /// By normalised address.
    pub(crate) accounts: BTreeMap<String, FakeAccount>,
    /// By token.
    pub(crate) sessions: BTreeMap<[u8; 32], (String, SessionId)>,
    /// Newest first: parameters, and the number of the salt.
    pub(crate) derivations: Vec<(Argon2Params, u8)>,
    /// Good reset codes by their text, with the address they are for.
    pub(crate) codes: BTreeMap<String, String>,
    /// Good codes of letters by their text, with the address in force of the account they are about.
    pub(crate) letters: BTreeMap<String, String>,
    /// Whether a new account has to be confirmed.
    pub(crate) asks_for_confirmation: bool,
    counter: u64,
}

pub(crate) struct FakeAccount {
    pub(crate) id: AccountId,
    pub(crate) email: String,
    /// What arrives in place of the password.
    pub(crate) secret: String,
    /// The generation at which the secret was set.
    pub(crate) epoch: u64,
    /// Rises with every change of the credential.
    pub(crate) generation: u64,
    /// What lies beneath a freeze.
    pub(crate) state: AccountState,
    pub(crate) frozen: bool,
    pub(crate) address_change: Option<FakeAddressChange>,
    pub(crate) record: Option<FakeRecord>,
    pub(crate) proven: Option<(String, Wrap)>,
    pub(crate) inventory: Option<(u64, Vec<u8>)>,
    pub(crate) objects: BTreeMap<String, FakeObject>,
    pub(crate) deleted: BTreeMap<String, FakeObject>,
    /// When each of them was deleted.
    pub(crate) deleted_at: BTreeMap<String, i64>,
    /// Every inventory that was ever stored, oldest first.
    pub(crate) inventories: Vec<Vec<u8>>,
    /// Their versions.
    pub(crate) inventory_numbers: Vec<u64>,
    /// Every version of every object that was ever stored, oldest first.
    pub(crate) versions: Vec<(String, Vec<u8>)>,
}

pub(crate) struct FakeAddressChange {
    pub(crate) new_email: String,
    pub(crate) secret: String,
    pub(crate) wrap: Wrap,
    pub(crate) confirmed: [bool; 2],
}

pub(crate) struct FakeRecord {
    pub(crate) version: u64,
    pub(crate) password: Wrap,
    pub(crate) recovery: Wrap,
    pub(crate) unlock_proof: [u8; 32],
    pub(crate) recovery_auth: [u8; 32],
    pub(crate) former_keys: Option<SealedFormerKeys>,
    /// What decides while it is kept.
    pub(super) former_code: Option<[u8; 32]>,
}

#[derive(Clone)]
pub(crate) struct FakeObject {
    pub(crate) bytes: Vec<u8>,
    pub(crate) version: u64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            accounts: BTreeMap::new(),
            sessions: BTreeMap::new(),
            derivations: vec![(Argon2Params::FLOOR, 1)],
            codes: BTreeMap::new(),
            letters: BTreeMap::new(),
            asks_for_confirmation: false,
            counter: 0,
        }
    }
}

impl State {
    /// The account of a test that has one.
    pub(crate) fn only(&mut self) -> &mut FakeAccount {
        assert_eq!(self.accounts.len(), 1);
        self.accounts.values_mut().next().unwrap()
    }

    /// Offers these parameters, newest first, all with the first salt.
    pub(crate) fn offer(&mut self, params: &[Argon2Params]) {
        self.derivations = params.iter().map(|params| (*params, 1)).collect();
    }

    pub(super) fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }
}

/// What is stored at a moment: the inventory and what it lists.
pub(crate) type Contents = (Option<(u64, Vec<u8>)>, BTreeMap<String, FakeObject>);

impl FakeAccount {
    /// What is stored now.
    pub(crate) fn contents(&self) -> Contents {
        (self.inventory.clone(), self.objects.clone())
    }

    /// Shows what was stored then, as a server does that goes back.
    pub(crate) fn show(&mut self, then: Contents) {
        (self.inventory, self.objects) = then;
    }

    /// The inventory as it is stored.
    pub(crate) fn sealed_inventory(&mut self) -> &mut Vec<u8> {
        &mut self.inventory.as_mut().unwrap().1
    }

    /// A new secret, as a reset or a change of the password sets it.
    pub(crate) fn set_secret(&mut self, secret: String) {
        self.secret = secret;
        self.generation += 1;
        self.epoch = self.generation;
        self.address_change = None;
    }

    /// The state in force.
    pub(super) fn state(&self) -> AccountState {
        if self.frozen {
            AccountState::Frozen
        } else {
            self.state
        }
    }

    /// Nothing is changed in a state that allows no change.
    pub(super) fn must_allow_changes(&self) -> Result<(), ErrorCode> {
        match self.state() {
            AccountState::Active | AccountState::Unconfirmed => Ok(()),
            AccountState::Unproven => Err(ErrorCode::AccountUnproven),
            AccountState::Disputed => Err(ErrorCode::AccountDisputed),
            AccountState::Frozen => Err(ErrorCode::AccountFrozen),
            _ => Err(ErrorCode::AccountDeleted),
        }
    }

    pub(crate) fn view(&self) -> AccountResponse {
        let until = match self.state() {
            AccountState::Active | AccountState::Unproven => None,
            _ => Some(UNTIL),
        };
        AccountResponse {
            account_id: self.id,
            email: self.email.clone(),
            state: self.state(),
            state_until: until,
            credential_epoch: self.epoch,
            next_credential_epoch: self.generation + 1,
            key_record_version: self.record.as_ref().map(|record| record.version),
            old_password_kept: self.proven.is_some(),
            old_password_kept_until: None,
            former_code_until: self
                .record
                .as_ref()
                .and_then(|record| record.former_code.map(|_| UNTIL)),
            address_change: self.address_change.as_ref().map(|change| AddressChangeView {
                new_email: change.new_email.clone(),
                confirmed_by_present: change.confirmed[0],
                confirmed_by_new: change.confirmed[1],
                expires_at: UNTIL,
            }),
            created_at: 1_795_000_000,
            used_bytes: self
                .objects
                .values()
                .map(|object| object.bytes.len() as u64)
                .sum(),
            quota_bytes: 1 << 30,
        }
    }

    pub(crate) fn list(&self) -> Vec<ObjectView> {
        self.objects.iter().map(|(id, object)| object.view(id)).collect()
    }

    /// The last first. What comes back has the number that its list of versions gives it.
    pub(super) fn list_deleted(&self) -> Vec<ObjectView> {
        let view = |(id, object): (&String, &FakeObject)| {
            let newest = self
                .versions
                .iter()
                .zip(1..)
                .filter(|((owner, _), _)| owner == id)
                .last();
            let deleted_at = self.deleted_at.get(id).copied().unwrap_or(UNTIL);
            ObjectView {
                version: newest.map_or(0, |(_, number)| number),
                deleted_at: Some(deleted_at),
                kept_until: Some(deleted_at + 2_592_000),
                ..object.view(id)
            }
        };
        let mut listed: Vec<_> = self.deleted.iter().map(view).collect();
        listed.sort_by_key(|view| core::cmp::Reverse(view.deleted_at));
        listed
    }

    /// Stores an inventory as its newest version.
    pub(super) fn put_inventory(&mut self, version: u64, inventory: Vec<u8>) {
        self.inventories.push(inventory.clone());
        self.inventory_numbers.push(version);
        self.inventory = Some((version, inventory));
    }
}

impl FakeObject {
    fn view(&self, id: &str) -> ObjectView {
        ObjectView {
            id: id.to_owned(),
            size: self.bytes.len() as u64,
            sha256: B64(Sha256::digest(&self.bytes).into()),
            version: self.version,
            modified_at: super::objects::second(self.version),
            deleted_at: None,
            kept_until: None,
        }
    }
}
