//! PBKDF2-HMAC-SHA-512, HMAC-SHA-256 and AES-256-CTR by WebCrypto, for the formats of Matrix.
//!
//! As with AES-GCM, keys cannot be read back and do one thing each, and our copies are wiped.

use js_sys::{Array, Object, Uint8Array};
use keyhaven_core::job::{AesCtrJob, CounterWidth, HmacJob, Pbkdf2Job};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AesCtrParams, CryptoKey, HmacImportParams, Pbkdf2Params, SubtleCrypto};

use crate::aes_gcm::{Promised, wipe};

const PBKDF2: &str = "PBKDF2";
const HMAC: &str = "HMAC";
const AES_CTR: &str = "AES-CTR";
const TAG_LEN: usize = 32;

/// The derived bytes, or `None` if the browser refuses.
pub(crate) async fn pbkdf2(subtle: &SubtleCrypto, job: &Pbkdf2Job) -> Option<Promised> {
    let key = import(subtle, &job.passphrase, &named(PBKDF2), "deriveBits").await?;
    let salt = Uint8Array::from(job.salt.as_slice());
    let params = Pbkdf2Params::new_with_str(PBKDF2, "SHA-512", job.rounds.get(), &salt);
    let bits = u32::try_from(job.len.checked_mul(8)?).ok()?;
    Promised::of(subtle.derive_bits_with_object(&params, &key, bits), job.len).await
}

/// The tag, or `None` if the browser refuses.
pub(crate) async fn hmac(subtle: &SubtleCrypto, job: &HmacJob) -> Option<Promised> {
    let params = HmacImportParams::new_with_str(HMAC, "SHA-256");
    // EXPOSE: WebCrypto takes bytes; it has copied them when the call returns, and ours are wiped.
    let key = import(subtle, job.key.expose_secret(), &params, "sign").await?;
    let promise = subtle.sign_with_str_and_u8_array(HMAC, &key, &job.text);
    Promised::of(promise, TAG_LEN).await
}

/// The text combined with the key stream, or `None` if the browser refuses.
pub(crate) async fn aes_ctr(subtle: &SubtleCrypto, job: &AesCtrJob) -> Option<Promised> {
    // EXPOSE: as above.
    let key = import(subtle, job.key.expose_secret(), &named(AES_CTR), "encrypt").await?;
    let counter = Uint8Array::from(job.counter.as_slice());
    let width = match job.width {
        CounterWidth::Bits64 => 64,
        CounterWidth::Bits128 => 128,
    };
    let params = AesCtrParams::new(AES_CTR, &counter, width);
    let promise = subtle.encrypt_with_object_and_u8_array(&params, &key, &job.text);
    Promised::of(promise, job.text.len()).await
}

async fn import(subtle: &SubtleCrypto, key: &[u8], algorithm: &Object, usage: &str) -> Option<CryptoKey> {
    let bytes = Uint8Array::from(key);
    let usages = Array::of1(&JsValue::from_str(usage));
    let promise = subtle.import_key_with_object("raw", &bytes, algorithm, false, &usages);
    wipe(&bytes);
    JsFuture::from(promise.ok()?).await.ok()?.dyn_into().ok()
}

/// An algorithm that has no parameters when its key is imported.
fn named(name: &str) -> Object {
    let algorithm = Object::new();
    // A plain object takes any field.
    let _ = js_sys::Reflect::set(&algorithm, &JsValue::from_str("name"), &JsValue::from_str(name));
    algorithm
}
