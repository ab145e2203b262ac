//! Passphrases on their way in.

use keyhaven_core::matrix::passphrase::Passphrase;
use wasm_bindgen::JsValue;
use zeroize::Zeroizing;

use crate::{code::Code, failure::thrown};

/// UTF-8 that JavaScript encoded. The bytes are wiped.
pub(crate) fn passphrase(typed: Vec<u8>) -> Result<Passphrase, JsValue> {
    let typed = Zeroizing::new(typed);
    let text = text(&typed)?;
    Passphrase::parse(text).map_err(thrown)
}

/// Text that JavaScript encoded, which makes nothing but UTF-8.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, JsValue> {
    core::str::from_utf8(bytes).map_err(|_| thrown(Code::Internal))
}
