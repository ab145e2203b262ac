//! The jobs that these formats ask for.

use std::num::NonZeroU32;
use std::sync::Arc;

use keyhaven_core::job::{AesCtrJob, AesKey, CounterWidth, HmacJob, HmacKey, Job, Pbkdf2Job};
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::engine::Running;
use crate::vectors::hex::{Hex, HexArray};
use crate::vectors::{Done, Outcome, errors, hex};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct Pbkdf2Input {
    passphrase: Hex,
    salt: Hex,
    rounds: NonZeroU32,
    len: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct HmacInput {
    key: HexArray<32>,
    text: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct AesCtrInput {
    key: HexArray<32>,
    counter: HexArray<16>,
    width: u8,
    text: Hex,
}

pub(in crate::vectors) async fn pbkdf2(running: &Running, input: Pbkdf2Input) -> Done {
    let job = Job::Pbkdf2(Pbkdf2Job {
        passphrase: Zeroizing::new(input.passphrase.0),
        salt: input.salt.0,
        rounds: input.rounds,
        len: input.len,
    });
    outcome(running, job).await
}

pub(in crate::vectors) async fn hmac(running: &Running, mut input: HmacInput) -> Done {
    let job = Job::Hmac(HmacJob {
        key: Arc::new(HmacKey::take_bytes(&mut input.key.0)),
        text: Arc::new(input.text.0),
    });
    outcome(running, job).await
}

pub(in crate::vectors) async fn aes_ctr(running: &Running, mut input: AesCtrInput) -> Done {
    let job = Job::AesCtr(AesCtrJob {
        key: Arc::new(AesKey::take_bytes(&mut input.key.0)),
        counter: input.counter.0,
        width: if input.width == 64 {
            CounterWidth::Bits64
        } else {
            CounterWidth::Bits128
        },
        text: Zeroizing::new(input.text.0),
    });
    outcome(running, job).await
}

async fn outcome(running: &Running, job: Job) -> Done {
    Ok(match running.answer(job).await {
        Ok(bytes) => Outcome::Output(json!({ "bytes": hex::encode(&bytes) })),
        Err(_) => Outcome::Error(errors::named("engine")),
    })
}
