//! Primitives, for the Wycheproof sets.

use std::sync::Arc;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use keyhaven_core::job::{AesGcmJob, AesKey, Answer, Job, JobError};
use serde::Deserialize;
use serde_json::json;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::hex::{Hex, HexArray};
use super::{Done, Outcome, errors, hex};
use crate::engine::Running;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AesGcmInput {
    key: HexArray<32>,
    nonce: HexArray<12>,
    associated_data: Hex,
    text: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HkdfInput {
    key: Hex,
    salt: Hex,
    info: Hex,
    len: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HmacInput {
    key: Hex,
    message: Hex,
    tag: Hex,
}

pub(super) async fn aes_gcm_seal(running: &Running, input: AesGcmInput) -> Done {
    Ok(outcome(running.answer(Job::AesGcmSeal(input.job())).await))
}

pub(super) async fn aes_gcm_open(running: &Running, input: AesGcmInput) -> Done {
    Ok(outcome(running.answer(Job::AesGcmOpen(input.job())).await))
}

impl AesGcmInput {
    fn job(mut self) -> AesGcmJob {
        AesGcmJob {
            key: Arc::new(AesKey::take_bytes(&mut self.key.0)),
            nonce: self.nonce.0,
            associated_data: self.associated_data.0,
            text: Zeroizing::new(self.text.0),
        }
    }
}

fn outcome(answer: Answer) -> Outcome {
    match answer {
        Ok(text) => Outcome::Output(json!({ "text": hex::encode(&text) })),
        Err(JobError::NotAuthentic) => Outcome::Error(errors::named("not_authentic")),
        Err(_) => Outcome::Error(errors::named("engine")),
    }
}

pub(super) fn hkdf_derive(input: &HkdfInput) -> Done {
    let mut output = vec![0; input.len];
    let expanded = Hkdf::<Sha256>::new(Some(&input.salt.0), &input.key.0).expand(&input.info.0, &mut output);
    Ok(match expanded {
        Ok(()) => Outcome::Output(json!({ "output": hex::encode(&output) })),
        Err(_) => Outcome::Error(errors::named("too_long")),
    })
}

pub(super) fn hmac_verify(input: &HmacInput) -> Done {
    let verified = Hmac::<Sha256>::new_from_slice(&input.key.0).is_ok_and(|mac| {
        mac.chain_update(&input.message.0)
            .verify_truncated_left(&input.tag.0)
            .is_ok()
    });
    Ok(if verified {
        Outcome::Output(json!({}))
    } else {
        Outcome::Error(errors::named("not_authentic"))
    })
}
