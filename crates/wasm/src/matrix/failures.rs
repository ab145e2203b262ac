//! Errors of the formats of Matrix, by their codes.

use keyhaven_core::matrix::{
    key_file::OpenKeyFileError,
    passphrase::PassphraseError,
    recovery_key::{DerivationError, RecoveryKeyError},
    secret_storage::{DescriptionError, OpenStorageError, SecretFormatError, WrongSecretError},
};

use crate::{code::Code, failure::Failure};

impl From<PassphraseError> for Failure {
    fn from(error: PassphraseError) -> Self {
        Self::new(match error {
            PassphraseError::Empty => Code::EmptyPassphrase,
            PassphraseError::TooLong => Code::PassphraseTooLong,
            _ => Code::Internal,
        })
    }
}

impl From<OpenKeyFileError> for Failure {
    fn from(error: OpenKeyFileError) -> Self {
        use OpenKeyFileError as Error;
        Self::new(match error {
            Error::NotAKeyFile => Code::NotAKeyFile,
            Error::Incomplete => Code::IncompleteFile,
            #[expect(clippy::cast_precision_loss, reason = "no file has 2^53 bytes")]
            Error::DamagedText { offset } => {
                return Self::new(Code::DamagedFile).with("offset", offset as f64);
            }
            Error::DamagedHeader { .. } | Error::ZeroRounds => Code::DamagedHeader,
            Error::UnsupportedVersion { found } => {
                return Self::new(Code::UnsupportedVersion).with("found", found);
            }
            Error::TooManyRounds { rounds, max } => {
                let failure = Self::new(Code::TooManyRounds);
                return failure.with("rounds", rounds).with("max", max);
            }
            Error::WrongPassphraseOrDamaged => Code::WrongPassphraseOrDamaged,
            Error::Changed => Code::FileChanged,
            Error::NotSessions => Code::NotSessions,
            Error::Job(error) => return error.into(),
            _ => Code::Internal,
        })
    }
}

impl From<RecoveryKeyError> for Failure {
    fn from(error: RecoveryKeyError) -> Self {
        Self::new(match error {
            RecoveryKeyError::Empty => Code::RecoveryKeyEmpty,
            RecoveryKeyError::Length { found } => {
                let found = u32::try_from(found).unwrap_or(u32::MAX);
                return Self::new(Code::RecoveryKeyLength).with("found", found);
            }
            RecoveryKeyError::Character { position, lookalike } => {
                let position = u32::try_from(position).unwrap_or(u32::MAX);
                let failure = Self::new(Code::RecoveryKeyCharacter).with("position", position);
                return failure.with("candidates", lookalike.candidates);
            }
            RecoveryKeyError::Prefix => Code::RecoveryKeyPrefix,
            RecoveryKeyError::Parity => Code::RecoveryKeyParity,
            _ => Code::Internal,
        })
    }
}

impl From<DerivationError> for Failure {
    fn from(error: DerivationError) -> Self {
        match error {
            DerivationError::Iterations { iterations, max } => Self::new(Code::RoundsOutOfRange)
                .with("rounds", iterations)
                .with("floor", 1)
                .with("ceiling", max),
            DerivationError::Bits { bits } => Self::new(Code::UnsupportedKeyLength).with("bits", bits),
            DerivationError::Job(error) => error.into(),
            _ => Self::new(Code::Internal),
        }
    }
}

impl From<DescriptionError> for Failure {
    fn from(error: DescriptionError) -> Self {
        Self::new(match error {
            DescriptionError::Algorithm => Code::UnsupportedAlgorithm,
            _ => Code::InvalidDescription,
        })
    }
}

impl From<OpenStorageError> for Failure {
    fn from(error: OpenStorageError) -> Self {
        Self::new(match error {
            OpenStorageError::WrongKey => Code::WrongKey,
            OpenStorageError::NotAKey => Code::NotAKey,
            OpenStorageError::Passphrase(error) => return error.into(),
            OpenStorageError::Derivation(error) => return error.into(),
            _ => Code::Internal,
        })
    }
}

impl From<SecretFormatError> for Failure {
    fn from(_: SecretFormatError) -> Self {
        Self::new(Code::InvalidSecret)
    }
}

impl From<WrongSecretError> for Failure {
    fn from(_: WrongSecretError) -> Self {
        Self::new(Code::WrongSecret)
    }
}
