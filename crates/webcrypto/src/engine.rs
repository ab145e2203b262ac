//! Which engine answers which job.

use js_sys::{Reflect, global};
use keyhaven_core::job::{AesKey, Answer, Job, software};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Crypto, CryptoKey, SubtleCrypto};

use crate::aes_gcm::{self, Usage};
#[cfg(feature = "matrix")]
use {crate::matrix, zeroize::Zeroizing};

/// The answer to one job, from WebCrypto where it can give one.
///
/// What WebCrypto refuses is asked of the software engine, whose word is final: a browser says the same for a tag that
/// does not fit as for memory that it does not have, and a person must not be told that their backup is damaged when
/// it is not.
///
/// # Errors
/// [`JobError`](keyhaven_core::job::JobError) says why there is no answer; it is the same one from both engines.
pub async fn answer(job: Job) -> Answer {
    let key = match &job {
        Job::AesGcmSeal(sealing) => Key::import(&sealing.key, Usage::Seal).await,
        Job::AesGcmOpen(opening) => Key::import(&opening.key, Usage::Open).await,
        #[cfg(feature = "matrix")]
        Job::Pbkdf2(_) | Job::Hmac(_) | Job::AesCtr(_) => return answer_matrix(job).await,
        _ => Key(None),
    };
    answer_with(key, job).await
}

/// [`answer`] for the jobs of the formats of Matrix alone, which have a key of their own each: who asks for nothing else
/// links nothing else.
///
/// # Errors
/// As [`answer`]; [`JobError::Engine`](keyhaven_core::job::JobError::Engine) for every other job.
#[cfg(feature = "matrix")]
pub async fn answer_matrix(job: Job) -> Answer {
    let Some(subtle) = subtle() else {
        return software::answer_matrix(job);
    };
    match job {
        Job::Pbkdf2(job) => match matrix::pbkdf2(&subtle, &job).await {
            Some(derived) => Ok(derived.take(Zeroizing::new(Vec::new()))),
            None => software::answer_matrix(Job::Pbkdf2(job)),
        },
        Job::Hmac(job) => match matrix::hmac(&subtle, &job).await {
            Some(tag) => Ok(tag.take(Zeroizing::new(Vec::new()))),
            None => software::answer_matrix(Job::Hmac(job)),
        },
        Job::AesCtr(job) => match matrix::aes_ctr(&subtle, &job).await {
            Some(text) => Ok(text.take(job.text)),
            None => software::answer_matrix(Job::AesCtr(job)),
        },
        job => software::answer_matrix(job),
    }
}

/// A key that the browser holds, if it took it: for the jobs of one key and one use.
#[derive(Debug, Clone)]
pub(crate) struct Key(Option<(SubtleCrypto, CryptoKey)>);

impl Key {
    pub(crate) async fn import(key: &AesKey, usage: Usage) -> Self {
        let Some(subtle) = subtle() else { return Self(None) };
        let imported = aes_gcm::import_key(&subtle, key, usage).await;
        Self(imported.map(|key| (subtle, key)))
    }
}

/// [`answer`] with a key that was imported before.
pub(crate) async fn answer_with(Key(key): Key, job: Job) -> Answer {
    match (job, &key) {
        (Job::AesGcmSeal(job), Some((subtle, key))) => match aes_gcm::seal(subtle, key, &job).await {
            Some(sealed) => Ok(sealed.take(job.text)),
            None => software::answer(Job::AesGcmSeal(job)),
        },
        (Job::AesGcmOpen(job), Some((subtle, key))) => match aes_gcm::open(subtle, key, &job).await {
            Some(text) => Ok(text.take(job.text)),
            None => software::answer(Job::AesGcmOpen(job)),
        },
        (job, _) => software::answer(job),
    }
}

/// `globalThis.crypto.subtle`: absent on a page that came over plain HTTP.
fn subtle() -> Option<SubtleCrypto> {
    let crypto = Reflect::get(&global(), &JsValue::from_str("crypto")).ok()?;
    let subtle: JsValue = crypto.dyn_into::<Crypto>().ok()?.subtle().into();
    subtle.dyn_into().ok()
}
