//! Recovery keys.

use keyhaven_core::matrix::{
    recovery_key::{self as core, BackupPublicKey, Derivation},
    secret_storage::KeyDescription,
};
use keyhaven_core::wiping::wipe_stack_below;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use zeroize::Zeroizing;

use super::{
    backup::BackupReader,
    passphrase::{passphrase, text},
    task::{Product, Task, Viewer},
};
use crate::{code::Code, failure::thrown};

/// A recovery key, in this memory alone.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RecoveryKey(pub(crate) core::RecoveryKey);

/// A key that a mistyped text may stand for.
#[wasm_bindgen]
#[derive(Debug)]
pub struct FoundRecoveryKey(core::Repair);

#[wasm_bindgen]
impl RecoveryKey {
    /// Of 32 bytes, such as the platform draws for a new one.
    ///
    /// # Errors
    /// For another number of bytes, which is a mistake of this package.
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, JsValue> {
        let mut bytes = Zeroizing::new(bytes);
        let bytes = bytes.as_mut_slice().try_into();
        let bytes = bytes.map_err(|_| thrown(Code::Internal))?;
        Ok(Self(core::RecoveryKey::take_bytes(bytes)))
    }

    /// Reads what a person typed or pasted.
    ///
    /// # Errors
    /// What to look at.
    #[wasm_bindgen(js_name = fromText)]
    pub fn from_text(typed: Vec<u8>) -> Result<Self, JsValue> {
        let typed = Zeroizing::new(typed);
        core::RecoveryKey::parse(text(&typed)?).map(Self).map_err(thrown)
    }

    /// Reads the base64 that secret storage has of the key of a backup.
    ///
    /// # Errors
    /// If it is another one.
    #[wasm_bindgen(js_name = fromSecret)]
    pub fn from_secret(base64: Vec<u8>) -> Result<Self, JsValue> {
        let base64 = Zeroizing::new(base64);
        let key = core::RecoveryKey::parse_base64(text(&base64)?);
        key.map(Self).ok_or_else(|| thrown(Code::InvalidPrivateKey))
    }

    /// Derives it as secret storage does, and backups did before.
    ///
    /// # Errors
    /// Parameters that are refused.
    #[wasm_bindgen(js_name = fromPassphrase)]
    pub fn from_passphrase(
        typed: Vec<u8>,
        salt: String,
        iterations: u32,
        bits: u32,
        max_rounds: u32,
    ) -> Result<Task, JsValue> {
        let derivation = Derivation::new(salt, iterations, bits, max_rounds).map_err(thrown)?;
        let step = derivation.derive(&passphrase(typed)?);
        Ok(Task::new(step, Product::RecoveryKey))
    }

    /// The text that a person keeps.
    #[wasm_bindgen(getter)]
    pub fn text(&self) -> JsValue {
        JsValue::from_str(&self.0.to_text())
    }

    /// What a backup under this key has as its public key, as base64.
    #[wasm_bindgen(getter, js_name = publicKey)]
    pub fn public_key(&self) -> String {
        self.0.public_key().to_text()
    }

    /// Shows a copy of the key to whoever takes it to another thread, and wipes it.
    pub fn show(&self, viewer: &Viewer) {
        self.show_copy(viewer);
        wipe_stack_below();
    }

    /// Never a part of its caller, so that the copy is below it.
    #[inline(never)]
    fn show_copy(&self, viewer: &Viewer) {
        // EXPOSE: the thread that opens entries needs the key itself, and wipes it.
        let mut copy = Zeroizing::new(*self.0.expose_secret());
        viewer.fill(copy.as_mut_slice());
    }

    /// What opens entries of the backup under this key.
    pub fn reader(&self) -> BackupReader {
        BackupReader::new(&self.0)
    }
}

/// The key of a backup with this public key that `typed` may stand for, one slip away.
///
/// # Errors
/// If the public key is none.
#[wasm_bindgen(js_name = repairByPublicKey)]
pub fn repair_by_public_key(typed: Vec<u8>, public_key: &str) -> Result<Option<FoundRecoveryKey>, JsValue> {
    let typed = Zeroizing::new(typed);
    let public_key = BackupPublicKey::parse(public_key).ok_or_else(|| thrown(Code::InvalidPublicKey))?;
    let found = core::RecoveryKey::repair(text(&typed)?, |key| key.public_key() == public_key);
    Ok(found.map(FoundRecoveryKey))
}

/// The key of secret storage with this description that `typed` may stand for.
///
/// # Errors
/// If the description is none, or has no key check.
#[wasm_bindgen(js_name = repairByKeyCheck)]
pub fn repair_by_key_check(typed: Vec<u8>, description: &[u8]) -> Result<Option<FoundRecoveryKey>, JsValue> {
    let typed = Zeroizing::new(typed);
    let description = KeyDescription::parse(description).map_err(thrown)?;
    if !description.has_check() {
        return Err(thrown(Code::InvalidDescription));
    }
    let found = core::RecoveryKey::repair(text(&typed)?, |key| description.accepts(key));
    Ok(found.map(FoundRecoveryKey))
}

#[wasm_bindgen]
impl FoundRecoveryKey {
    /// The first character that differs, from 1.
    #[wasm_bindgen(getter)]
    pub fn position(&self) -> usize {
        self.0.position
    }

    /// Its text.
    #[wasm_bindgen(getter)]
    pub fn text(&self) -> JsValue {
        JsValue::from_str(&self.0.text)
    }

    /// The key itself.
    #[wasm_bindgen(js_name = intoKey)]
    pub fn into_key(self) -> RecoveryKey {
        RecoveryKey(self.0.key)
    }
}
