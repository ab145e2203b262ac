//! Backup keys before the one in force.

use keyhaven_core::former_keys::BackupKeys;
use keyhaven_core::keys::BackupKey;
use keyhaven_protocol::persona::{AccountId, SealedFormerKeys};
use serde::Deserialize;
use serde_json::{Value, json};

use super::draw::Drawn;
use super::hex::HexArray;
use super::{Done, Outcome, errors, hex};
use crate::engine::Running;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SealInput {
    present: HexArray<32>,
    account_id: AccountId,
    /// Newest first. More of them than are kept make generations above their number.
    former: Vec<HexArray<32>>,
    nonce: HexArray<12>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenInput {
    present: HexArray<32>,
    account_id: AccountId,
    /// Read as the wire reads it, so that a length out of bounds is refused where it is refused there.
    sealed: Value,
}

pub(super) async fn seal(running: &Running, mut input: SealInput) -> Done {
    let keys = followed(&mut input);
    let sealing = keys.seal_former(input.account_id, &mut Drawn(&input.nonce.0));
    Ok(match running.run(sealing).await {
        Ok(sealed) => Outcome::Output(json!({ "sealed": sealed })),
        Err(_) => Outcome::Error(errors::named("job")),
    })
}

pub(super) async fn open(running: &Running, mut input: OpenInput) -> Done {
    let Ok(sealed) = serde_json::from_value::<SealedFormerKeys>(input.sealed) else {
        return Ok(Outcome::Error(errors::named("length")));
    };
    let present = BackupKey::take_bytes(&mut input.present.0);
    let opening = BackupKeys::open(present, input.account_id, &sealed);
    Ok(match running.run(opening).await {
        Ok(keys) => {
            let former = keys.newest_first().skip(1);
            let former: Vec<_> = former.map(|key| hex::encode(key.expose_secret())).collect();
            Outcome::Output(json!({ "former": former, "generation": keys.generation() }))
        }
        Err(error) => Outcome::Error(errors::open_former_keys(error)),
    })
}

/// The present key after the former ones, oldest first.
fn followed(input: &mut SealInput) -> BackupKeys {
    let present = BackupKey::take_bytes(&mut input.present.0);
    let mut oldest_first = input.former.iter_mut().rev();
    let Some(oldest) = oldest_first.next() else {
        return BackupKeys::first(present);
    };
    let first = BackupKeys::first(BackupKey::take_bytes(&mut oldest.0));
    let keys = oldest_first.fold(first, |keys, key| {
        keys.followed_by(BackupKey::take_bytes(&mut key.0))
    });
    keys.followed_by(present)
}
