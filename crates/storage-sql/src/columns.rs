//! Stored columns to types and back, each with the record it belongs to for the error.

use keyhaven_protocol::{address::Address, kdf::Argon2Params};
use keyhaven_storage::CredentialKind;

use crate::failure::Failure;

/// A number that rises from 1 and is never negative.
pub(crate) fn unsigned(number: i64, record: &'static str) -> Result<u64, Failure> {
    u64::try_from(number).map_err(|_| Failure::Damaged(record))
}

/// A number for a column; one that no column can hold is refused.
pub(crate) fn signed(number: u64, record: &'static str) -> Result<i64, Failure> {
    i64::try_from(number).map_err(|_| Failure::Damaged(record))
}

/// Bytes of a fixed length.
pub(crate) fn fixed<const N: usize>(bytes: &[u8], record: &'static str) -> Result<[u8; N], Failure> {
    bytes.try_into().map_err(|_| Failure::Damaged(record))
}

/// An address from the text as typed, if its normal form is still the stored one.
pub(crate) fn address(normalised: &str, as_typed: &str, record: &'static str) -> Result<Address, Failure> {
    match Address::parse(as_typed) {
        Ok(address) if address.normalised() == normalised => Ok(address),
        _ => Err(Failure::Damaged(record)),
    }
}

/// The three columns of the derivation, all present or all absent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KdfColumns {
    pub(crate) memory_kib: Option<i64>,
    pub(crate) passes: Option<i64>,
    pub(crate) lanes: Option<i64>,
}

impl KdfColumns {
    pub(crate) fn parse(self, record: &'static str) -> Result<Option<Argon2Params>, Failure> {
        let number = |column: i64| u32::try_from(column).map_err(|_| Failure::Damaged(record));
        match (self.memory_kib, self.passes, self.lanes) {
            (None, None, None) => Ok(None),
            (Some(memory_kib), Some(passes), Some(lanes)) => Ok(Some(Argon2Params {
                memory_kib: number(memory_kib)?,
                passes: number(passes)?,
                lanes: number(lanes)?,
            })),
            _ => Err(Failure::Damaged(record)),
        }
    }
}

impl From<Option<Argon2Params>> for KdfColumns {
    fn from(params: Option<Argon2Params>) -> Self {
        Self {
            memory_kib: params.map(|params| params.memory_kib.into()),
            passes: params.map(|params| params.passes.into()),
            lanes: params.map(|params| params.lanes.into()),
        }
    }
}

impl From<CredentialKind> for KdfColumns {
    fn from(kind: CredentialKind) -> Self {
        match kind {
            CredentialKind::Derived(params) => Some(params).into(),
            CredentialKind::Typed => None.into(),
        }
    }
}
