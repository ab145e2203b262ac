//! What an account says of a key of its secret storage.

use rand_core::CryptoRng;
use subtle::ConstantTimeEq as _;

use super::{ALGORITHM, SecretStorage, secret_text::encrypt_with};
use crate::{
    job::{JobError, Step},
    matrix::{
        base64,
        json::{JsonError, Reader, Text, write_escaped},
        passphrase::{Passphrase, PassphraseError},
        recovery_key::{Derivation, DerivationError, RecoveryKey},
    },
};

/// Most bytes of a description.
const DESCRIPTION_MAX_BYTES: usize = 64 * 1024;
/// The only derivation.
const PBKDF2: &str = "m.pbkdf2";
const USUAL_BITS: u32 = 256;
const ZEROS: [u8; 32] = [0; 32];

/// `m.secret_storage.key.<id>` that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDescription {
    name: Option<String>,
    passphrase: Option<PassphraseParams>,
    check: Option<KeyCheck>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct PassphraseParams {
    salt: String,
    iterations: u32,
    bits: u32,
}

/// Zeros under the empty name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct KeyCheck {
    iv: [u8; 16],
    mac: [u8; 32],
}

/// Why a JSON text is not the description of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DescriptionError {
    /// Not JSON, or a field of another type.
    #[error("not the description of a key")]
    Json(#[from] JsonError),
    /// Another algorithm.
    #[error("of an algorithm that is not known")]
    Algorithm,
    /// `iv` or `mac` is no base64 of its length.
    #[error("the key check is damaged")]
    Check,
    /// More than any description has.
    #[error("too long for the description of a key")]
    TooLong,
}

/// Why secret storage stays closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenStorageError {
    /// What was typed is neither the recovery key nor, where there is one, the passphrase.
    #[error("this is not the key of the account's secrets")]
    WrongKey,
    /// There is no passphrase for this key, and what was typed is no recovery key.
    #[error("this is not a recovery key, and there is no passphrase for this one")]
    NotAKey,
    /// Not a passphrase, either.
    #[error("the passphrase is refused")]
    Passphrase(#[from] PassphraseError),
    /// The passphrase's parameters are refused.
    #[error("the passphrase's parameters are refused")]
    Derivation(#[from] DerivationError),
}

impl KeyDescription {
    /// Reads the description of a key.
    ///
    /// # Errors
    /// [`DescriptionError`].
    pub fn parse(json: &[u8]) -> Result<Self, DescriptionError> {
        if json.len() > DESCRIPTION_MAX_BYTES {
            return Err(DescriptionError::TooLong);
        }
        let mut is_known = false;
        let (mut name, mut passphrase, mut iv, mut mac) = (None, None, None, None);
        let mut reader = Reader::new(json);
        reader.object(&mut |field, reader| {
            match field.as_plain() {
                Some("algorithm") => is_known = reader.text()?.is(ALGORITHM),
                Some("name") => name = optional_text(reader)?.map(owned),
                Some("passphrase") => {
                    if !reader.null()? {
                        passphrase = read_passphrase(reader)?;
                    }
                }
                Some("iv") => iv = optional_text(reader)?,
                Some("mac") => mac = optional_text(reader)?,
                _ => reader.skip(1)?,
            }
            Ok(())
        })?;
        reader.end()?;
        if !is_known {
            return Err(DescriptionError::Algorithm);
        }
        let check = match iv.zip(mac) {
            Some((iv, mac)) => Some(KeyCheck {
                iv: decoded(iv).ok_or(DescriptionError::Check)?,
                mac: decoded(mac).ok_or(DescriptionError::Check)?,
            }),
            None => None,
        };
        Ok(Self {
            name,
            passphrase,
            check,
        })
    }

    /// The description of a new key, with a check and without a passphrase.
    ///
    /// # Errors
    /// That of the cipher, for more bytes than a check has.
    pub fn of_key(key: &RecoveryKey, rng: &mut (impl CryptoRng + ?Sized)) -> Result<Self, JobError> {
        let mut iv = [0; 16];
        rng.fill_bytes(&mut iv);
        iv[8] &= 0x7f;
        let check = encrypt_with(key, "", &ZEROS, iv)?;
        Ok(Self {
            name: None,
            passphrase: None,
            check: Some(KeyCheck {
                iv: *check.iv(),
                mac: *check.mac(),
            }),
        })
    }

    /// The same for a key that was derived from a passphrase.
    #[must_use]
    pub fn with_derivation(self, derivation: &Derivation) -> Self {
        Self {
            passphrase: Some(PassphraseParams {
                salt: derivation.salt().to_owned(),
                iterations: derivation.iterations().get(),
                bits: USUAL_BITS,
            }),
            ..self
        }
    }

    /// What its owner calls it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Whether there is a passphrase for it.
    #[must_use]
    pub const fn has_passphrase(&self) -> bool {
        self.passphrase.is_some()
    }

    /// Whether it can be told that a key is the wrong one.
    #[must_use]
    pub const fn has_check(&self) -> bool {
        self.check.is_some()
    }

    /// Whether `key` passes the key check. Without one, every key does: [`KeyDescription::has_check`].
    #[must_use]
    pub fn accepts(&self, key: &RecoveryKey) -> bool {
        self.check.as_ref().is_none_or(|check| {
            encrypt_with(key, "", &ZEROS, check.iv)
                .is_ok_and(|expected| bool::from(expected.mac().ct_eq(&check.mac)))
        })
    }

    /// Opens with what was typed into one field: the text of the recovery key, or else the passphrase, byte by byte as it
    /// was typed. The text comes first because it costs nothing. More forms of a passphrase are the caller's to try.
    ///
    /// # Errors
    /// [`OpenStorageError`].
    pub fn open(&self, typed: &str, max_rounds: u32) -> Step<SecretStorage, OpenStorageError> {
        let parsed = RecoveryKey::parse(typed);
        let is_text = parsed.is_ok();
        if let Ok(key) = parsed
            && let Ok(storage) = self.open_with(key)
        {
            return Step::Done(Ok(storage));
        }
        let Some(params) = &self.passphrase else {
            let error = if is_text {
                OpenStorageError::WrongKey
            } else {
                OpenStorageError::NotAKey
            };
            return Step::Done(Err(error));
        };
        let derivation = Derivation::new(params.salt.clone(), params.iterations, params.bits, max_rounds);
        let (derivation, passphrase) = match (derivation, Passphrase::parse(typed)) {
            (Ok(derivation), Ok(passphrase)) => (derivation, passphrase),
            (Err(error), _) => return Step::Done(Err(error.into())),
            (_, Err(error)) => return Step::Done(Err(error.into())),
        };
        let description = self.clone();
        derivation
            .derive(&passphrase)
            .map_result(move |key| description.open_with(key?))
    }

    /// Opens with a key.
    ///
    /// # Errors
    /// [`OpenStorageError::WrongKey`].
    pub fn open_with(&self, key: RecoveryKey) -> Result<SecretStorage, OpenStorageError> {
        if !self.accepts(&key) {
            return Err(OpenStorageError::WrongKey);
        }
        Ok(if self.has_check() {
            SecretStorage::confirmed(key)
        } else {
            SecretStorage::unconfirmed(key)
        })
    }

    /// The JSON of it.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = format!("{{\"algorithm\":\"{ALGORITHM}\"").into_bytes();
        if let Some(check) = &self.check {
            let (iv, mac) = (base64::to_text(&check.iv), base64::to_text(&check.mac));
            json.extend_from_slice(format!(",\"iv\":\"{iv}\",\"mac\":\"{mac}\"").as_bytes());
        }
        if let Some(name) = &self.name {
            json.extend_from_slice(b",\"name\":");
            write_escaped(name, &mut json);
        }
        if let Some(params) = &self.passphrase {
            let start = format!(
                ",\"passphrase\":{{\"algorithm\":\"{PBKDF2}\",\"bits\":{},\"iterations\":{},\"salt\":",
                params.bits, params.iterations
            );
            json.extend_from_slice(start.as_bytes());
            write_escaped(&params.salt, &mut json);
            json.push(b'}');
        }
        json.push(b'}');
        String::from_utf8(json).unwrap_or_default()
    }
}

/// `None` for a derivation that is not known: the recovery key still opens.
fn read_passphrase(reader: &mut Reader<'_>) -> Result<Option<PassphraseParams>, JsonError> {
    let mut is_known = false;
    let (mut salt, mut iterations, mut bits) = (None, None, USUAL_BITS);
    reader.object(&mut |name, reader| {
        match name.as_plain() {
            Some("algorithm") => is_known = reader.text()?.is(PBKDF2),
            Some("salt") => salt = Some(owned(reader.text()?)),
            Some("iterations") => iterations = Some(reader.u32()?),
            Some("bits") => bits = reader.u32()?,
            _ => reader.skip(2)?,
        }
        Ok(())
    })?;
    let params = salt.zip(iterations).filter(|_| is_known);
    Ok(params.map(|(salt, iterations)| PassphraseParams {
        salt,
        iterations,
        bits,
    }))
}

fn optional_text<'json>(reader: &mut Reader<'json>) -> Result<Option<Text<'json>>, JsonError> {
    if reader.null()? {
        Ok(None)
    } else {
        reader.text().map(Some)
    }
}

fn decoded<const N: usize>(text: Text<'_>) -> Option<[u8; N]> {
    base64::decode_array(text.to_owned_text().as_bytes())
}

fn owned(text: Text<'_>) -> String {
    text.to_owned_text().as_str().to_owned()
}
