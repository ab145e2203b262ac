//! AES-256-GCM (NIST SP 800-38D) with a 96-bit nonce and a 128-bit tag by WebCrypto.
//!
//! Keys are imported so that no script can read them back, for one use each. Texts are handed over as views of the
//! memory of this module, which WebCrypto copies before the call returns; what it answers is wiped once it is taken
//! over. Copies inside the browser are out of reach.

use js_sys::{Array, Promise, Uint8Array};
use keyhaven_core::job::{AesGcmJob, AesKey, TAG_LEN};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AesGcmParams, CryptoKey, SubtleCrypto};
use zeroize::Zeroizing;

const ALGORITHM: &str = "AES-GCM";

/// Ciphertext and tag, or `None` if the browser refuses.
pub(crate) async fn seal(subtle: &SubtleCrypto, job: &AesGcmJob) -> Option<Zeroizing<Vec<u8>>> {
    let key = import_key(subtle, &job.key, "encrypt").await?;
    let promise = subtle.encrypt_with_object_and_u8_array(&params(job), &key, &job.text);
    take_bytes(promise, job.text.len().checked_add(TAG_LEN)?).await
}

/// The plaintext, or `None` if the browser refuses, which it does for a tag that does not fit.
pub(crate) async fn open(subtle: &SubtleCrypto, job: &AesGcmJob) -> Option<Zeroizing<Vec<u8>>> {
    let text_len = job.text.len().checked_sub(TAG_LEN)?;
    let key = import_key(subtle, &job.key, "decrypt").await?;
    let promise = subtle.decrypt_with_object_and_u8_array(&params(job), &key, &job.text);
    take_bytes(promise, text_len).await
}

fn params(job: &AesGcmJob) -> AesGcmParams {
    let params = AesGcmParams::new_with_u8_array(ALGORITHM, &Uint8Array::from(job.nonce.as_slice()));
    params.set_additional_data_u8_array(&Uint8Array::from(job.associated_data.as_slice()));
    params
}

/// The key as a handle that does one thing and cannot be exported.
async fn import_key(subtle: &SubtleCrypto, key: &AesKey, usage: &str) -> Option<CryptoKey> {
    // EXPOSE: WebCrypto takes bytes; it has copied them when the call returns, and ours are wiped.
    let bytes = Uint8Array::from(key.expose_secret().as_slice());
    let usages = Array::of1(&JsValue::from_str(usage));
    let promise = subtle.import_key_with_str("raw", &bytes, ALGORITHM, false, &usages);
    wipe(&bytes);
    JsFuture::from(promise.ok()?).await.ok()?.dyn_into().ok()
}

/// The `len` bytes that WebCrypto promised. Its own copy is wiped.
async fn take_bytes(promise: Result<Promise, JsValue>, len: usize) -> Option<Zeroizing<Vec<u8>>> {
    let buffer = JsFuture::from(promise.ok()?).await.ok()?;
    let bytes = Uint8Array::new(&buffer);
    let taken = Zeroizing::new(bytes.to_vec());
    wipe(&bytes);
    (taken.len() == len).then_some(taken)
}

fn wipe(bytes: &Uint8Array) {
    bytes.fill(0, 0, bytes.length());
}
