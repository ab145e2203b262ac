//! What a backup says of itself: its public key, and who vouches for it
//! (`auth_data` of [`room_keys/version`](https://spec.matrix.org/v1.19/client-server-api/#server-side-key-backups)).
//!
//! ```text
//! signed = canonical JSON of auth_data without "signatures" and "unsigned"
//! ```
//!
//! A backup may be written to if a key that is trusted has signed it, or if the private key came from the person or from
//! secret storage and its public half is this one: [`AuthData::public_key`]. Anything else is the server's word.

use ed25519_dalek::{Signature, VerifyingKey};

use super::{
    base64, canonical_json,
    json::{JsonError, Reader, Text},
    recovery_key::{BackupPublicKey, Derivation, DerivationError},
};

/// The only algorithm of backups.
pub const BACKUP_ALGORITHM: &str = "m.megolm_backup.v1.curve25519-aes-sha2";

/// Most bytes of `auth_data`.
const AUTH_DATA_MAX_BYTES: usize = 256 * 1024;
/// Bits of a key where they do not stand.
const USUAL_BITS: u32 = 256;
const NOT_SIGNED: [&str; 2] = ["signatures", "unsigned"];

/// `auth_data` that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthData {
    public_key: BackupPublicKey,
    signatures: Vec<NamedSignature>,
    canonical: Vec<u8>,
    passphrase: Option<(String, u32, u32)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct NamedSignature {
    user_id: String,
    key_id: String,
    signature: Option<[u8; 64]>,
}

/// An Ed25519 key of a user or of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SigningPublicKey(VerifyingKey);

/// Why a JSON text is not `auth_data`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthDataError {
    /// Not JSON that can be signed, or a field of another type.
    #[error("not auth_data")]
    Json(#[from] JsonError),
    /// No public key, or one that is none.
    #[error("the public key is missing or is none")]
    PublicKey,
    /// More than any backup has.
    #[error("too long")]
    TooLong,
}

/// Why a signature does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// There is none of this user and key.
    #[error("not signed by this key")]
    Missing,
    /// There is one, and it is not that of the key over this text.
    #[error("the signature does not fit")]
    Wrong,
}

impl SigningPublicKey {
    /// Reads base64, padded or not. `None` if it is no key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = base64::decode_array(text.as_bytes())?;
        VerifyingKey::from_bytes(&bytes).ok().map(Self)
    }
}

impl AuthData {
    /// Reads `auth_data`.
    ///
    /// # Errors
    /// [`AuthDataError`].
    pub fn parse(json: &[u8]) -> Result<Self, AuthDataError> {
        if json.len() > AUTH_DATA_MAX_BYTES {
            return Err(AuthDataError::TooLong);
        }
        let canonical = canonical_json::of_object(json, &NOT_SIGNED)?;
        let mut public_key = None;
        let mut signatures = Vec::new();
        let (mut salt, mut iterations, mut bits) = (None, None, USUAL_BITS);
        Reader::new(json).object(&mut |name, reader| {
            match name.as_plain() {
                Some("public_key") => public_key = Some(reader.text()?),
                Some("signatures") => signatures = read_signatures(reader)?,
                Some("private_key_salt") => salt = Some(owned(reader.text()?)),
                Some("private_key_iterations") => iterations = Some(reader.u32()?),
                Some("private_key_bits") => bits = reader.u32()?,
                _ => reader.skip(1)?,
            }
            Ok(())
        })?;
        let public_key = public_key.and_then(|text| BackupPublicKey::parse(&text.to_owned_text()));
        Ok(Self {
            public_key: public_key.ok_or(AuthDataError::PublicKey)?,
            signatures,
            canonical,
            passphrase: salt
                .zip(iterations)
                .map(|(salt, iterations)| (salt, iterations, bits)),
        })
    }

    /// `auth_data` of a new backup, without signatures, as JSON and as what is signed: both are the same.
    #[must_use]
    pub fn to_json(public_key: &BackupPublicKey) -> String {
        format!("{{\"public_key\":\"{}\"}}", public_key.to_text())
    }

    /// The public key of the backup.
    #[must_use]
    pub const fn public_key(&self) -> &BackupPublicKey {
        &self.public_key
    }

    /// How the private key was made of a passphrase, if it was, as backups did before there was secret storage.
    ///
    /// # Errors
    /// [`DerivationError`] for parameters that are refused.
    pub fn derivation(&self, max_rounds: u32) -> Result<Option<Derivation>, DerivationError> {
        let derivation = self
            .passphrase
            .as_ref()
            .map(|(salt, iterations, bits)| Derivation::new(salt.clone(), *iterations, *bits, max_rounds));
        derivation.transpose()
    }

    /// Who has signed it, or says so: user id and key id.
    pub fn signers(&self) -> impl Iterator<Item = (&str, &str)> {
        let signatures = self.signatures.iter();
        signatures.map(|signature| (signature.user_id.as_str(), signature.key_id.as_str()))
    }

    /// Whether this key has signed it in the name of this user.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify_signature(
        &self,
        user_id: &str,
        key_id: &str,
        key: &SigningPublicKey,
    ) -> Result<(), SignatureError> {
        let is_meant =
            |signature: &&NamedSignature| signature.user_id == user_id && signature.key_id == key_id;
        let found = self
            .signatures
            .iter()
            .find(is_meant)
            .ok_or(SignatureError::Missing)?;
        let signature = Signature::from_bytes(&found.signature.ok_or(SignatureError::Wrong)?);
        key.0
            .verify_strict(&self.canonical, &signature)
            .map_err(|_| SignatureError::Wrong)
    }
}

fn read_signatures(reader: &mut Reader<'_>) -> Result<Vec<NamedSignature>, JsonError> {
    let mut signatures = Vec::new();
    reader.object(&mut |user_id, reader| {
        let user_id = owned(user_id);
        reader.object(&mut |key_id, reader| {
            let signature = reader.text()?.to_owned_text();
            signatures.push(NamedSignature {
                user_id: user_id.clone(),
                key_id: owned(key_id),
                signature: base64::decode_array(signature.as_bytes()),
            });
            Ok(())
        })
    })?;
    Ok(signatures)
}

fn owned(text: Text<'_>) -> String {
    text.to_owned_text().as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of another implementation's tests.
    const SIGNED: &str = r#"{
        "public_key": "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo",
        "signatures": {"@alice:localhost": {"ed25519:test_device":
            "KDSNeumirTsd8piI0oVfv/wzg4J4HlEc7rs5XhODFcJ/YAcUdg65ajsZG+rLI0TQOSSGjorJqcrSiSB1HRSCAA"}}
    }"#;
    const KEY: &str = "YI/7vbGVLpGdYtuceQR8MSsKB/QjgfMXM1xqnn+0NWU";

    fn verify(json: &str, user_id: &str, key_id: &str, key: &str) -> Result<(), SignatureError> {
        let key = SigningPublicKey::parse(key).unwrap();
        AuthData::parse(json.as_bytes())
            .unwrap()
            .verify_signature(user_id, key_id, &key)
    }

    #[test]
    fn a_signature_counts_for_its_key_and_its_text_only() {
        let (user, key_id) = ("@alice:localhost", "ed25519:test_device");
        assert_eq!(verify(SIGNED, user, key_id, KEY), Ok(()));
        let unsigned = SIGNED.replacen('{', "{\"unsigned\": {\"a\": 1},", 1);
        assert_eq!(
            verify(&unsigned, user, key_id, KEY),
            Ok(()),
            "what is unsigned is not covered"
        );
        let other_field = SIGNED.replacen('{', "{\"a\": 1,", 1);
        assert_eq!(
            verify(&other_field, user, key_id, KEY),
            Err(SignatureError::Wrong)
        );
        let other_key = SIGNED.replace("hSDw", "hSDx");
        assert_eq!(verify(&other_key, user, key_id, KEY), Err(SignatureError::Wrong));
        let other_signer = base64::to_text(&crate::matrix::exported_session::tests::POINT);
        assert_eq!(
            verify(SIGNED, user, key_id, &other_signer),
            Err(SignatureError::Wrong)
        );
        assert_eq!(
            verify(SIGNED, "@bob:localhost", key_id, KEY),
            Err(SignatureError::Missing)
        );
        assert_eq!(
            verify(SIGNED, user, "ed25519:other", KEY),
            Err(SignatureError::Missing)
        );
        let cut = SIGNED.replace("SCAA\"", "SC\"");
        assert_eq!(
            verify(&cut, user, key_id, KEY),
            Err(SignatureError::Wrong),
            "of another length"
        );
        let signed = AuthData::parse(SIGNED.as_bytes()).unwrap();
        assert_eq!(signed.signers().collect::<Vec<_>>(), [(user, key_id)]);
    }

    #[test]
    fn a_new_backup_reads_back() {
        let public_key = BackupPublicKey::from_bytes([5; 32]);
        let written = AuthData::to_json(&public_key);
        let read = AuthData::parse(written.as_bytes()).unwrap();
        assert_eq!(read.public_key(), &public_key);
        assert_eq!(read.canonical, written.as_bytes(), "what is signed");
        assert_eq!(read.derivation(1), Ok(None));
    }

    #[test]
    fn a_key_of_a_passphrase_says_how_it_was_made() {
        let json = |more: &str| format!("{{\"public_key\":\"{}\"{more}}}", base64::to_text(&[5; 32]));
        let derivation = |more: &str| AuthData::parse(json(more).as_bytes()).unwrap().derivation(1000);
        let salted = derivation(",\"private_key_salt\":\"s\",\"private_key_iterations\":1000")
            .unwrap()
            .unwrap();
        assert_eq!((salted.salt(), salted.iterations().get()), ("s", 1000));
        assert_eq!(derivation(",\"private_key_salt\":\"s\""), Ok(None));
        assert_eq!(
            derivation(",\"private_key_salt\":\"s\",\"private_key_iterations\":1001"),
            Err(DerivationError::Iterations {
                iterations: 1001,
                max: 1000
            })
        );
        assert_eq!(
            derivation(",\"private_key_salt\":\"s\",\"private_key_iterations\":0"),
            Err(DerivationError::Iterations {
                iterations: 0,
                max: 1000
            })
        );
        assert_eq!(
            derivation(",\"private_key_salt\":\"s\",\"private_key_iterations\":1,\"private_key_bits\":128"),
            Err(DerivationError::Bits { bits: 128 })
        );
    }

    #[test]
    fn what_is_no_auth_data_is_refused() {
        for (json, error) in [
            ("{}", AuthDataError::PublicKey),
            (r#"{"public_key":"AAAA"}"#, AuthDataError::PublicKey),
            (r#"{"public_key":1}"#, AuthDataError::Json(JsonError::Type)),
            (
                r#"{"public_key":"","x":1.5}"#,
                AuthDataError::Json(JsonError::Type),
            ),
            ("[]", AuthDataError::Json(JsonError::Type)),
            ("{", AuthDataError::Json(JsonError::Incomplete)),
        ] {
            assert_eq!(AuthData::parse(json.as_bytes()), Err(error), "{json}");
        }
        let long = format!("{{\"a\":\"{}\"}}", "a".repeat(AUTH_DATA_MAX_BYTES));
        assert_eq!(AuthData::parse(long.as_bytes()), Err(AuthDataError::TooLong));
        assert_eq!(SigningPublicKey::parse("short"), None);
    }
}
