//! The header of a sealed object: 84 bytes, in clear, bound into the key.
//!
//! ```text
//! "keyhaven"  8 bytes    magic
//! 1           u8         version
//! 1           u8         suite: HKDF-SHA-256, AES-256-GCM in STREAM with a u32 BE counter
//! 16          u8         binary logarithm of the chunk length
//! 1           u8         padding: Padmé, at least 4 KiB
//! account id  16 bytes
//! object id   16 bytes
//! counter     u64 BE
//! salt        32 random bytes
//! ```

use keyhaven_protocol::{
    parts::parts,
    persona::{AccountId, ObjectId},
};
use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};

use super::error::HeaderError;
use crate::{hkdf, job::AesKey, keys::BackupKey};

pub(crate) const MAGIC: [u8; 8] = *b"keyhaven";
const VERSION: u8 = 1;
const SUITE: u8 = 1;
const CHUNK_LOG2: u8 = 16;
const PADDING: u8 = 1;
const KEY_LABEL: &[u8] = b"keyhaven/object/1";

/// Which version of which object of which account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ObjectContext {
    /// The account.
    pub account_id: AccountId,
    /// The object.
    pub object_id: ObjectId,
    /// Rises with each write of this object; the first is 1.
    pub counter: u64,
}

/// What a reader knows of the object before it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectExpectation {
    /// The account.
    pub account_id: AccountId,
    /// The object.
    pub object_id: ObjectId,
    /// The counter.
    pub counter: CounterExpectation,
}

/// What a reader knows of the counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CounterExpectation {
    /// Exactly this one, as the inventory says.
    Exactly(u64),
    /// This one or a newer one, as a device remembers. `AtLeast(0)` knows nothing.
    AtLeast(u64),
}

/// A parsed header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    context: ObjectContext,
    salt: [u8; 32],
}

impl ObjectContext {
    /// Expects exactly this version.
    #[must_use]
    pub const fn expectation(self) -> ObjectExpectation {
        ObjectExpectation {
            account_id: self.account_id,
            object_id: self.object_id,
            counter: CounterExpectation::Exactly(self.counter),
        }
    }
}

impl Header {
    /// Length in bytes.
    pub const LEN: usize = 84;

    /// Of a new version, with a salt of its own.
    #[must_use]
    pub fn generate(context: ObjectContext, rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut salt = [0; 32];
        rng.fill_bytes(&mut salt);
        Self { context, salt }
    }

    /// Reads the header at the start of `sealed`, and the bytes after it. Strict: one spelling for each header.
    ///
    /// # Errors
    /// [`HeaderError`] names the first field that is wrong.
    pub fn parse(sealed: &[u8]) -> Result<(Self, &[u8]), HeaderError> {
        let (magic, rest) = take::<8>(sealed)?;
        if magic != MAGIC {
            return Err(HeaderError::Magic);
        }
        let ([version, suite, chunk_log2, padding], rest) = take::<4>(rest)?;
        if version != VERSION {
            return Err(HeaderError::Version { found: version });
        }
        if suite != SUITE {
            return Err(HeaderError::Suite { found: suite });
        }
        if (chunk_log2, padding) != (CHUNK_LOG2, PADDING) {
            return Err(HeaderError::Parameters);
        }
        let (account_id, rest) = take(rest)?;
        let (object_id, rest) = take(rest)?;
        let (counter, rest) = take(rest)?;
        let (salt, rest) = take(rest)?;
        let context = ObjectContext {
            account_id: AccountId::from_bytes(account_id),
            object_id: ObjectId::from_bytes(object_id),
            counter: u64::from_be_bytes(counter),
        };
        Ok((Self { context, salt }, rest))
    }

    /// The bytes at the start of the sealed object.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(Self::LEN);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&[VERSION, SUITE, CHUNK_LOG2, PADDING]);
        bytes.extend_from_slice(self.context.account_id.as_bytes());
        bytes.extend_from_slice(self.context.object_id.as_bytes());
        bytes.extend_from_slice(&self.context.counter.to_be_bytes());
        bytes.extend_from_slice(&self.salt);
        bytes
    }

    /// What the header claims. Proven by the first chunk that opens.
    #[must_use]
    pub const fn context(&self) -> ObjectContext {
        self.context
    }

    /// Whether this is the object that was asked for.
    ///
    /// # Errors
    /// [`HeaderError`] names what differs.
    pub fn check(&self, expected: &ObjectExpectation) -> Result<(), HeaderError> {
        if self.context.account_id != expected.account_id {
            return Err(HeaderError::OtherAccount);
        }
        if self.context.object_id != expected.object_id {
            return Err(HeaderError::OtherObject);
        }
        let found = self.context.counter;
        match expected.counter {
            CounterExpectation::Exactly(expected) | CounterExpectation::AtLeast(expected)
                if found < expected =>
            {
                Err(HeaderError::Stale { found, expected })
            }
            CounterExpectation::Exactly(expected) if found > expected => {
                Err(HeaderError::Newer { found, expected })
            }
            CounterExpectation::Exactly(_) | CounterExpectation::AtLeast(_) => Ok(()),
        }
    }

    /// The salt: unique to a version, so it names one.
    pub(super) const fn salt(&self) -> &[u8; 32] {
        &self.salt
    }

    /// `HKDF-SHA-256(BK, salt, "keyhaven/object/1" ‖ account id ‖ object id ‖ counter ‖ SHA-256(header))`
    pub(super) fn derive_key(&self, backup_key: &BackupKey) -> AesKey {
        let info = parts(&[
            KEY_LABEL,
            self.context.account_id.as_bytes(),
            self.context.object_id.as_bytes(),
            &self.context.counter.to_be_bytes(),
            &Sha256::digest(self.to_bytes()),
        ]);
        // EXPOSE: input of a derivation.
        AesKey::take_bytes(&mut hkdf::derive(&self.salt, backup_key.expose_secret(), &info))
    }
}

fn take<const N: usize>(bytes: &[u8]) -> Result<([u8; N], &[u8]), HeaderError> {
    bytes
        .split_first_chunk()
        .map(|(field, rest)| (*field, rest))
        .ok_or(HeaderError::Truncated)
}
