//! Secret storage.

#[cfg(feature = "seal")]
use keyhaven_core::matrix::recovery_key::Derivation;
use keyhaven_core::matrix::secret_storage::{self as core, EncryptedSecret, KeyDescription};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use zeroize::Zeroizing;

#[cfg(feature = "seal")]
use super::{batch::parse_json, drawn::Drawn, recovery_key::RecoveryKey};
use super::{
    passphrase::text,
    task::{Product, Task},
};
use crate::failure::thrown;

/// The description of a key of an account.
#[wasm_bindgen]
#[derive(Debug)]
pub struct SecretStorageKey(KeyDescription);

/// Secrets under a key that was opened.
#[wasm_bindgen]
#[derive(Debug)]
pub struct SecretStorage(pub(crate) core::SecretStorage);

#[wasm_bindgen]
impl SecretStorageKey {
    /// Reads the JSON of a description.
    ///
    /// # Errors
    /// If it is none.
    #[wasm_bindgen(constructor)]
    pub fn new(json: &[u8]) -> Result<Self, JsValue> {
        KeyDescription::parse(json).map(Self).map_err(thrown)
    }

    /// Opens with what was typed: the text of the recovery key, or the passphrase.
    ///
    /// # Errors
    /// Nothing but a mistake of this package.
    pub fn open(self, typed: Vec<u8>, max_rounds: u32) -> Result<Task, JsValue> {
        let typed = Zeroizing::new(typed);
        let step = self.0.open(text(&typed)?, max_rounds);
        Ok(Task::new(step, Product::SecretStorage))
    }
}

#[wasm_bindgen]
impl SecretStorage {
    /// Whether a key check said that the key is the right one.
    #[wasm_bindgen(getter, js_name = isConfirmed)]
    pub fn is_confirmed(&self) -> bool {
        self.0.is_confirmed()
    }

    /// The secret of this name, from its JSON.
    ///
    /// # Errors
    /// If it is none, or does not open.
    pub fn decrypt(&self, name: &str, json: &[u8]) -> Result<js_sys::Uint8Array, JsValue> {
        let secret = EncryptedSecret::parse(json).map_err(thrown)?;
        let text = self.0.decrypt(name, &secret).map_err(thrown)?;
        Ok(js_sys::Uint8Array::from(text.as_slice()))
    }
}

/// The description of a key for new secret storage, as an object; with a salt that of one that was derived from a
/// passphrase. `drawn` are 16 random bytes.
///
/// # Errors
/// Parameters that are refused.
#[cfg(feature = "seal")]
#[wasm_bindgen(js_name = describeKey)]
pub fn describe_key(
    key: &RecoveryKey,
    salt: Option<String>,
    iterations: u32,
    bits: u32,
    max_rounds: u32,
    drawn: Vec<u8>,
) -> Result<JsValue, JsValue> {
    let mut description = KeyDescription::of_key(&key.0, &mut Drawn::new(drawn, 16)?).map_err(thrown)?;
    if let Some(salt) = salt {
        let derivation = Derivation::new(salt, iterations, bits, max_rounds).map_err(thrown)?;
        description = description.with_derivation(&derivation);
    }
    parse_json(description.to_json().as_bytes())
}

#[cfg(feature = "seal")]
#[wasm_bindgen]
impl SecretStorage {
    /// A secret under this name, as an object. `drawn` are 16 random bytes.
    ///
    /// # Errors
    /// For more bytes than the cipher takes.
    pub fn encrypt(&self, name: &str, plaintext: Vec<u8>, drawn: Vec<u8>) -> Result<JsValue, JsValue> {
        let plaintext = Zeroizing::new(plaintext);
        let mut rng = Drawn::new(drawn, 16)?;
        let secret = self.0.encrypt(name, &plaintext, &mut rng).map_err(thrown)?;
        parse_json(secret.to_json().as_bytes())
    }
}
