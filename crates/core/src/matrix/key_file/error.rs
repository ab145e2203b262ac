//! Why a key file is not opened or not written.

use crate::{
    job::JobError,
    matrix::{armour::ArmourError, exported_session::NotSessionsError},
};

/// Why a key file stays closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenKeyFileError {
    /// Its first line is missing: this is another kind of file.
    #[error("this is not a key file")]
    NotAKeyFile,
    /// Its last line is missing: it was cut off. No passphrase helps.
    #[error("the file is incomplete: its last line is missing")]
    Incomplete,
    /// Something in the text is not of a key file.
    #[error("the text is damaged at byte {offset}")]
    DamagedText {
        /// Where in the file, from 0.
        offset: u64,
    },
    /// Both lines are there, and too little between them.
    #[error("the header is damaged: {len} bytes are too few")]
    DamagedHeader {
        /// Bytes between the lines.
        len: usize,
    },
    /// Of another version of the format.
    #[error("version {found} of the format is not known")]
    UnsupportedVersion {
        /// As written.
        found: u8,
    },
    /// No rounds, which nobody writes.
    #[error("the header is damaged: no rounds")]
    ZeroRounds,
    /// More rounds than the caller allows.
    #[error("{rounds} rounds are more than {max}")]
    TooManyRounds {
        /// As written.
        rounds: u32,
        /// As allowed.
        max: u32,
    },
    /// The tag does not fit. The format cannot tell another passphrase from a changed byte.
    #[error("the passphrase is another one, or the file is damaged")]
    WrongPassphraseOrDamaged,
    /// What was read the second time is not what was authenticated the first time.
    #[error("the file has changed while it was read")]
    Changed,
    /// It opened, and there is no list of sessions in it.
    #[error("the file opened, and there are no sessions in it")]
    NotSessions,
    /// The engine failed.
    #[error("opening failed")]
    Job(#[from] JobError),
}

impl From<ArmourError> for OpenKeyFileError {
    fn from(error: ArmourError) -> Self {
        match error {
            ArmourError::NotAKeyFile => Self::NotAKeyFile,
            ArmourError::Incomplete => Self::Incomplete,
            ArmourError::DamagedText { offset } => Self::DamagedText { offset },
        }
    }
}

impl From<NotSessionsError> for OpenKeyFileError {
    fn from(NotSessionsError: NotSessionsError) -> Self {
        Self::NotSessions
    }
}

/// Why no key file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealKeyFileError {
    /// Fewer rounds than the specification asks for, or more than readers derive.
    #[error("{rounds} rounds are not between {floor} and {ceiling}")]
    Rounds {
        /// As asked for.
        rounds: u32,
        /// The least.
        floor: u32,
        /// The most.
        ceiling: u32,
    },
    /// The engine failed.
    #[error("sealing failed")]
    Job(#[from] JobError),
}
