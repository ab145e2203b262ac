//! Inventories: read, sealed, opened, compared.

use keyhaven_core::inventory::{
    Evidence, Inventory, ItemState, ServerObject, compare as compare_with, open_inventory, seal_inventory,
};
use keyhaven_core::keys::BackupKey;
use keyhaven_core::object::{Header, file};
use keyhaven_protocol::persona::{AccountId, ObjectId};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::draw::Drawn;
use super::hex::{Hex, HexArray};
use super::objects::Counter;
use super::{CaseError, Done, Outcome, errors, hex};
use crate::engine::Running;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TextInput {
    text: String,
    /// How many spaces stand behind the text, so that a vector of two megabytes fits a line.
    #[serde(default)]
    spaces_behind: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SealInput {
    backup_key: HexArray<32>,
    account_id: AccountId,
    object_id: ObjectId,
    counter: u64,
    header_salt: HexArray<32>,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenInput {
    backup_key: HexArray<32>,
    account_id: AccountId,
    counter: Counter,
    file: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompareInput {
    text: String,
    objects: Vec<Found>,
}

/// An object that a server has: listed with a hash or without one, or seen.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Found {
    id: String,
    sealed_len: u64,
    listed: Option<HexArray<32>>,
    seen: Option<HexArray<32>>,
    counter: Option<u64>,
}

pub(super) fn parse(input: &TextInput) -> Done {
    let text = format!("{}{}", input.text, " ".repeat(input.spaces_behind));
    let inventory = match Inventory::parse(text.as_bytes()) {
        Ok(inventory) => inventory,
        Err(error) => return Ok(Outcome::Error(errors::inventory(error))),
    };
    let written = inventory.to_bytes().map_err(|_| CaseError::Described)?;
    let value: Value = serde_json::from_slice(&written)?;
    Ok(Outcome::Output(json!({ "inventory": value })))
}

/// The case names object and counter for the sake of whoever computes it; ours are the inventory's own.
pub(super) async fn seal(running: &Running, mut input: SealInput) -> Done {
    let inventory = Inventory::parse(input.text.as_bytes()).map_err(|_| CaseError::Described)?;
    let key = BackupKey::take_bytes(&mut input.backup_key.0);
    let mut drawn = Drawn(&input.header_salt.0);
    let operation = seal_inventory(&key, input.account_id, &inventory, &mut drawn);
    let Ok(stored) = running.run(operation).await else {
        return Ok(Outcome::Error(errors::named("seal")));
    };
    let sealed = file::parse(&stored).map_err(|_| CaseError::Described)?;
    let (header, _) = Header::parse(sealed).map_err(|_| CaseError::Described)?;
    let context = header.context();
    if (context.object_id, context.counter) != (input.object_id, input.counter) {
        return Ok(Outcome::Error(errors::named("another_object")));
    }
    Ok(Outcome::Output(json!({
        "file_len": stored.len(),
        "file_sha256": hex::encode(&Sha256::digest(&stored)),
        "header": hex::encode(&header.to_bytes()),
    })))
}

pub(super) async fn open(running: &Running, mut input: OpenInput) -> Done {
    let key = BackupKey::take_bytes(&mut input.backup_key.0);
    let operation = open_inventory(&key, input.account_id, input.counter.into(), &input.file.0);
    Ok(match running.run(operation).await {
        Ok(inventory) => {
            let written = inventory.to_bytes().map_err(|_| CaseError::Described)?;
            Outcome::Output(json!({ "text": String::from_utf8_lossy(&written) }))
        }
        Err(error) => Outcome::Error(errors::open_inventory(error)),
    })
}

pub(super) fn compare(input: &CompareInput) -> Done {
    let inventory = Inventory::parse(input.text.as_bytes()).map_err(|_| CaseError::Described)?;
    let objects: Vec<ServerObject> = input.objects.iter().map(Found::object).collect();
    let report = compare_with(&inventory, &objects);
    let states: Vec<Value> = report.items.iter().map(|item| state(item.state)).collect();
    Ok(Outcome::Output(json!({
        "states": states,
        "extra": report.extra,
        "complete": report.is_complete(),
    })))
}

impl Found {
    fn object(&self) -> ServerObject {
        let evidence = match self.seen {
            Some(HexArray(sha256)) => Evidence::Seen {
                sha256,
                counter: self.counter,
            },
            None => Evidence::Listed {
                sha256: self.listed.map(|HexArray(sha256)| sha256),
            },
        };
        ServerObject {
            id: self.id.clone(),
            sealed_len: self.sealed_len,
            evidence,
        }
    }
}

fn state(state: ItemState) -> Value {
    match state {
        ItemState::Intact => json!("intact"),
        ItemState::Unchecked => json!("unchecked"),
        ItemState::Missing => json!("missing"),
        ItemState::Stale { found } => json!({ "stale": found }),
        ItemState::Newer { found } => json!({ "newer": found }),
        ItemState::Damaged => json!("damaged"),
        ItemState::Different => json!("different"),
        _ => json!("unnamed"),
    }
}
