//! Wraps of the backup key.

use keyhaven_core::keys::{BackupKey, WrapKey};
use keyhaven_core::wrap::{WrapContext, open_wrap, seal_wrap};
use keyhaven_protocol::kdf::Argon2Params;
use keyhaven_protocol::persona::{AccountId, Wrap, WrapKind};
use serde::Deserialize;
use serde_json::json;

use super::draw::Drawn;
use super::hex::HexArray;
use super::{Done, Outcome, errors, hex};
use crate::engine::Running;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SealInput {
    key: HexArray<32>,
    account_id: AccountId,
    kind: WrapKind,
    kdf: Option<Argon2Params>,
    epoch: u64,
    nonce: HexArray<12>,
    backup_key: HexArray<32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenInput {
    key: HexArray<32>,
    account_id: AccountId,
    context: Context,
    wrap: Wrap,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Context {
    kind: WrapKind,
    kdf: Option<Argon2Params>,
    epoch: u64,
}

pub(super) async fn seal(running: &Running, mut input: SealInput) -> Done {
    let SealInput {
        account_id,
        kind,
        kdf,
        epoch,
        ..
    } = input;
    let key = WrapKey::take_bytes(&mut input.key.0);
    let backup_key = BackupKey::take_bytes(&mut input.backup_key.0);
    let context = WrapContext {
        account_id,
        kind,
        kdf,
        epoch,
    };
    let sealing = seal_wrap(&key, &context, &backup_key, &mut Drawn(&input.nonce.0));
    Ok(match running.run(sealing).await {
        Ok(wrap) => Outcome::Output(json!({ "wrap": wrap })),
        Err(_) => Outcome::Error(errors::named("job")),
    })
}

pub(super) async fn open(running: &Running, mut input: OpenInput) -> Done {
    let Context { kind, kdf, epoch } = input.context;
    let context = WrapContext {
        account_id: input.account_id,
        kind,
        kdf,
        epoch,
    };
    let key = WrapKey::take_bytes(&mut input.key.0);
    let opening = open_wrap(&key, &context, &input.wrap);
    Ok(match running.run(opening).await {
        Ok(backup_key) => Outcome::Output(json!({ "backup_key": hex::encode(backup_key.expose_secret()) })),
        Err(error) => Outcome::Error(errors::open_wrap(error)),
    })
}
