//! Which engine answers which job.

use js_sys::{Reflect, global};
use keyhaven_core::job::{Answer, Job, software};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Crypto, SubtleCrypto};

use crate::aes_gcm;

/// The answer to one job, from WebCrypto where it can give one.
///
/// What WebCrypto refuses is asked of the software engine, whose word is final: a browser says the same for a tag that
/// does not fit as for memory that it does not have, and a person must not be told that their backup is damaged when
/// it is not.
///
/// # Errors
/// [`JobError`](keyhaven_core::job::JobError) says why there is no answer; it is the same one from both engines.
pub async fn answer(job: Job) -> Answer {
    let from_browser = match (&job, subtle()) {
        (Job::AesGcmSeal(sealing), Some(subtle)) => aes_gcm::seal(&subtle, sealing).await,
        (Job::AesGcmOpen(opening), Some(subtle)) => aes_gcm::open(&subtle, opening).await,
        _ => None,
    };
    from_browser.map_or_else(|| software::answer(job), Ok)
}

/// `globalThis.crypto.subtle`: absent on a page that came over plain HTTP.
fn subtle() -> Option<SubtleCrypto> {
    let crypto = Reflect::get(&global(), &JsValue::from_str("crypto")).ok()?;
    let subtle: JsValue = crypto.dyn_into::<Crypto>().ok()?.subtle().into();
    subtle.dyn_into().ok()
}
