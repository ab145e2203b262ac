//! AES-256-GCM (NIST SP 800-38D) with a 96-bit nonce and a 128-bit tag by WebCrypto.
//!
//! Keys are imported so that no script can read them back, for one use each: to seal or to open. Texts are handed over
//! as views of the memory of this module, which WebCrypto copies before the call returns; what it answers is wiped once
//! it is taken over. Copies inside the browser are out of reach.

use js_sys::{Array, Promise, Uint8Array};
use keyhaven_core::job::{AesGcmJob, AesKey, TAG_LEN};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AesGcmParams, CryptoKey, SubtleCrypto};
use zeroize::Zeroizing;

const ALGORITHM: &str = "AES-GCM";

/// The one thing that a key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Usage {
    Seal,
    Open,
}

/// Ciphertext and tag, or `None` if the browser refuses.
pub(crate) async fn seal(subtle: &SubtleCrypto, key: &CryptoKey, job: &AesGcmJob) -> Option<Promised> {
    let promise = subtle.encrypt_with_object_and_u8_array(&params(job), key, &job.text);
    Promised::of(promise, job.text.len().checked_add(TAG_LEN)?).await
}

/// The plaintext, or `None` if the browser refuses, which it does for a tag that does not fit.
pub(crate) async fn open(subtle: &SubtleCrypto, key: &CryptoKey, job: &AesGcmJob) -> Option<Promised> {
    let text_len = job.text.len().checked_sub(TAG_LEN)?;
    let promise = subtle.decrypt_with_object_and_u8_array(&params(job), key, &job.text);
    Promised::of(promise, text_len).await
}

fn params(job: &AesGcmJob) -> AesGcmParams {
    let params = AesGcmParams::new_with_u8_array(ALGORITHM, &Uint8Array::from(job.nonce.as_slice()));
    params.set_additional_data_u8_array(&Uint8Array::from(job.associated_data.as_slice()));
    params
}

/// The key as a handle that does one thing and cannot be exported.
pub(crate) async fn import_key(subtle: &SubtleCrypto, key: &AesKey, usage: Usage) -> Option<CryptoKey> {
    let usage = match usage {
        Usage::Seal => "encrypt",
        Usage::Open => "decrypt",
    };
    // EXPOSE: WebCrypto takes bytes; it has copied them when the call returns, and ours are wiped.
    let bytes = Uint8Array::from(key.expose_secret().as_slice());
    let usages = Array::of1(&JsValue::from_str(usage));
    let promise = subtle.import_key_with_str("raw", &bytes, ALGORITHM, false, &usages);
    wipe(&bytes);
    JsFuture::from(promise.ok()?).await.ok()?.dyn_into().ok()
}

/// The bytes that WebCrypto promised, in its own memory.
pub(crate) struct Promised(Uint8Array);

impl Promised {
    /// `None` if there are not exactly `len` of them.
    pub(crate) async fn of(promise: Result<Promise, JsValue>, len: usize) -> Option<Self> {
        let bytes = Uint8Array::new(&JsFuture::from(promise.ok()?).await.ok()?);
        let promised = Self(bytes);
        (promised.len() == len).then_some(promised)
    }

    fn len(&self) -> usize {
        self.0.length() as usize
    }

    /// Takes them over, in place of what was asked about. With a buffer for each answer, the module's memory would grow
    /// with the length of an object.
    pub(crate) fn take(self, asked: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
        let mut taken = if asked.capacity() < self.len() {
            // Not grown: what `Vec` leaves behind when it grows is not wiped.
            Zeroizing::new(Vec::with_capacity(self.len()))
        } else {
            asked
        };
        taken.resize(self.len(), 0);
        self.0.copy_to(&mut taken);
        taken
    }
}

impl Drop for Promised {
    fn drop(&mut self) {
        wipe(&self.0);
    }
}

pub(crate) fn wipe(bytes: &Uint8Array) {
    bytes.fill(0, 0, bytes.length());
}
