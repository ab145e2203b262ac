//! One secret under its name.

use std::sync::Arc;

use rand_core::CryptoRng;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::{
    job::{AesCtrJob, AesKey, CounterWidth, HmacKey, JobError, software},
    matrix::{
        base64,
        json::{JsonError, Reader},
        mac,
        recovery_key::RecoveryKey,
    },
    wiping,
};

/// Most bytes of an encrypted secret as JSON.
const SECRET_MAX_BYTES: usize = 1024 * 1024;

/// Secrets under one key.
#[derive(Debug, PartialEq, Eq)]
pub struct SecretStorage {
    key: RecoveryKey,
    is_confirmed: bool,
}

/// A secret as the account has it, under `encrypted` and the id of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptedSecret {
    iv: [u8; 16],
    ciphertext: Vec<u8>,
    mac: [u8; 32],
}

/// Why a JSON text is not an encrypted secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretFormatError {
    /// Not JSON, or a field of another type.
    #[error("not an encrypted secret")]
    Json(#[from] JsonError),
    /// One of `iv`, `ciphertext` and `mac` is missing.
    #[error("a field is missing")]
    Missing,
    /// Not base64, or another length than 16 bytes for the IV and 32 for the tag.
    #[error("a field is not base64 of its length")]
    Field,
    /// More than any secret has.
    #[error("too long for a secret")]
    TooLong,
}

/// The tag does not fit: another key, another name, or the secret was altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret does not open with this key under this name")]
pub struct WrongSecretError;

/// The keys of one name.
struct NameKeys {
    cipher: Arc<AesKey>,
    mac: HmacKey,
}

impl SecretStorage {
    /// With a key of which no check says that it is the right one.
    #[must_use]
    pub const fn unconfirmed(key: RecoveryKey) -> Self {
        Self {
            key,
            is_confirmed: false,
        }
    }

    pub(super) const fn confirmed(key: RecoveryKey) -> Self {
        Self {
            key,
            is_confirmed: true,
        }
    }

    /// Whether a key check said that the key is the right one. Where there is none, only a secret that opens says so.
    #[must_use]
    pub const fn is_confirmed(&self) -> bool {
        self.is_confirmed
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &RecoveryKey {
        &self.key
    }

    /// The secret of this name.
    ///
    /// # Errors
    /// [`WrongSecretError`].
    pub fn decrypt(
        &self,
        name: &str,
        secret: &EncryptedSecret,
    ) -> Result<Zeroizing<Vec<u8>>, WrongSecretError> {
        let text = self.open(name, secret);
        wiping::wipe_stack_below();
        text
    }

    /// Never a part of its caller, so that all of the stack that it uses is below it, whichever way it ends.
    #[inline(never)]
    fn open(&self, name: &str, secret: &EncryptedSecret) -> Result<Zeroizing<Vec<u8>>, WrongSecretError> {
        let keys = NameKeys::derive(&self.key, name);
        if !bool::from(keys.tag(&secret.ciphertext).ct_eq(&secret.mac)) {
            return Err(WrongSecretError);
        }
        keys.apply(secret.iv, &secret.ciphertext)
            .map_err(|_| WrongSecretError)
    }

    /// A secret under this name.
    ///
    /// # Errors
    /// That of the cipher, for more bytes than there are.
    pub fn encrypt(
        &self,
        name: &str,
        plaintext: &[u8],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<EncryptedSecret, JobError> {
        let mut iv = [0; 16];
        rng.fill_bytes(&mut iv);
        // Counters of 64 and of 128 bits agree, as everywhere in Matrix.
        iv[8] &= 0x7f;
        encrypt_with(&self.key, name, plaintext, iv)
    }
}

/// With an IV that is there already.
pub(super) fn encrypt_with(
    key: &RecoveryKey,
    name: &str,
    plaintext: &[u8],
    iv: [u8; 16],
) -> Result<EncryptedSecret, JobError> {
    let secret = seal(key, name, plaintext, iv);
    wiping::wipe_stack_below();
    secret
}

/// As [`SecretStorage::open`].
#[inline(never)]
fn seal(key: &RecoveryKey, name: &str, plaintext: &[u8], iv: [u8; 16]) -> Result<EncryptedSecret, JobError> {
    let keys = NameKeys::derive(key, name);
    let ciphertext = keys.apply(iv, plaintext)?.to_vec();
    let mac = keys.tag(&ciphertext);
    Ok(EncryptedSecret { iv, ciphertext, mac })
}

impl NameKeys {
    fn derive(key: &RecoveryKey, name: &str) -> Self {
        let mut keys = Zeroizing::new([0; 64]);
        #[expect(
            clippy::expect_used,
            reason = "HKDF-SHA-256 gives up to 8,160 bytes and 64 are asked for"
        )]
        // EXPOSE: input of a derivation.
        hkdf::Hkdf::<Sha256>::new(None, key.expose_secret())
            .expand(name.as_bytes(), keys.as_mut_slice())
            .expect("64 bytes are within the limit of HKDF");
        let (halves, _) = keys.as_chunks_mut::<32>();
        let mut halves = halves.iter_mut();
        let mut next = || {
            halves
                .next()
                .map_or(Zeroizing::new([0; 32]), |half| Zeroizing::new(*half))
        };
        Self {
            cipher: Arc::new(AesKey::take_bytes(&mut next())),
            mac: HmacKey::take_bytes(&mut next()),
        }
    }

    fn apply(&self, counter: [u8; 16], text: &[u8]) -> Result<Zeroizing<Vec<u8>>, JobError> {
        software::aes_ctr(AesCtrJob {
            key: Arc::clone(&self.cipher),
            counter,
            width: CounterWidth::Bits128,
            text: Zeroizing::new(text.to_vec()),
        })
    }

    fn tag(&self, ciphertext: &[u8]) -> [u8; 32] {
        // EXPOSE: key of the MAC.
        mac::of(self.mac.expose_secret(), ciphertext).into()
    }
}

impl EncryptedSecret {
    /// Reads what stands under the id of a key.
    ///
    /// # Errors
    /// [`SecretFormatError`].
    pub fn parse(json: &[u8]) -> Result<Self, SecretFormatError> {
        if json.len() > SECRET_MAX_BYTES {
            return Err(SecretFormatError::TooLong);
        }
        let (mut iv, mut ciphertext, mut mac) = (None, None, None);
        let mut reader = Reader::new(json);
        reader.object(&mut |name, reader| {
            match name.as_plain() {
                Some("iv") => iv = Some(reader.text()?.to_owned_text()),
                Some("ciphertext") => ciphertext = Some(reader.text()?.to_owned_text()),
                Some("mac") => mac = Some(reader.text()?.to_owned_text()),
                _ => reader.skip(1)?,
            }
            Ok(())
        })?;
        reader.end()?;
        let (Some(iv), Some(ciphertext), Some(mac)) = (iv, ciphertext, mac) else {
            return Err(SecretFormatError::Missing);
        };
        Ok(Self {
            iv: base64::decode_array(iv.as_bytes()).ok_or(SecretFormatError::Field)?,
            ciphertext: base64::decode(ciphertext.as_bytes())
                .ok_or(SecretFormatError::Field)?
                .to_vec(),
            mac: base64::decode_array(mac.as_bytes()).ok_or(SecretFormatError::Field)?,
        })
    }

    /// The JSON of it, unpadded.
    #[must_use]
    pub fn to_json(&self) -> String {
        format!(
            "{{\"ciphertext\":\"{}\",\"iv\":\"{}\",\"mac\":\"{}\"}}",
            base64::to_text(&self.ciphertext),
            base64::to_text(&self.iv),
            base64::to_text(&self.mac)
        )
    }

    pub(super) const fn iv(&self) -> &[u8; 16] {
        &self.iv
    }

    pub(super) const fn mac(&self) -> &[u8; 32] {
        &self.mac
    }
}
