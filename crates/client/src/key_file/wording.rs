//! What the formats say, as messages.

use keyhaven_core::job::JobError;
use keyhaven_core::matrix::exported_session::{SkipReason as Reason, Skipped as Left};
use keyhaven_core::matrix::key_file::{OpenKeyFileError, SealKeyFileError};
use keyhaven_core::matrix::passphrase::FormsError;
use keyhaven_core::matrix::recognition::Other as Recognised;

use super::messages::{Fault, Looked, Other, SkipReason, Skipped};

impl From<OpenKeyFileError> for Fault {
    fn from(error: OpenKeyFileError) -> Self {
        match error {
            OpenKeyFileError::NotAKeyFile => Self::NotAKeyFile,
            OpenKeyFileError::Incomplete => Self::Incomplete,
            OpenKeyFileError::DamagedText { offset } => Self::DamagedText { offset },
            OpenKeyFileError::DamagedHeader { .. } | OpenKeyFileError::ZeroRounds => Self::DamagedHeader,
            OpenKeyFileError::UnsupportedVersion { found } => Self::Version { found },
            OpenKeyFileError::TooManyRounds { rounds, .. } => Self::TooManyRounds { rounds },
            OpenKeyFileError::WrongPassphraseOrDamaged => Self::WrongPassphrase,
            OpenKeyFileError::Changed => Self::Changed,
            OpenKeyFileError::NotSessions => Self::NotSessions,
            OpenKeyFileError::Job(error) => error.into(),
            _ => Self::Engine,
        }
    }
}

impl From<SealKeyFileError> for Fault {
    fn from(error: SealKeyFileError) -> Self {
        match error {
            SealKeyFileError::Job(error) => error.into(),
            _ => Self::Engine,
        }
    }
}

impl From<FormsError> for Fault {
    fn from(error: FormsError) -> Self {
        match error {
            FormsError::Passphrase(_) => Self::Passphrase,
            FormsError::Job(error) => error.into(),
            _ => Self::Engine,
        }
    }
}

impl From<JobError> for Fault {
    fn from(error: JobError) -> Self {
        match error {
            JobError::OutOfMemory => Self::OutOfMemory,
            _ => Self::Engine,
        }
    }
}

impl From<Recognised> for Looked {
    fn from(other: Recognised) -> Self {
        Self::Other(match other {
            // What they cost is not known before it was measured.
            Recognised::Sessions => return Self::Plain { derivation_ms: 0 },
            Recognised::Empty => Other::Empty,
            Recognised::RecoveryKey => Other::RecoveryKey,
            Recognised::RecoveryCode => Other::RecoveryCode,
            Recognised::Json => Other::Json,
            Recognised::Zip => Other::Zip,
            Recognised::SealedObject => Other::SealedObject,
            Recognised::Unknown => Other::Unknown,
        })
    }
}

impl From<&Left> for Skipped {
    fn from(left: &Left) -> Self {
        Self {
            index: left.index,
            room_id: left.room_id.clone(),
            session_id: left.session_id.clone(),
            reason: left.reason.into(),
        }
    }
}

impl From<Reason> for SkipReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::CutOff => Self::CutOff,
            Reason::BehindTheList => Self::BehindTheList,
            Reason::TooLong => Self::TooLong,
            Reason::Missing(field) => Self::Missing(field.name().to_owned()),
            Reason::Twice(field) => Self::Twice(field.name().to_owned()),
            Reason::Wrong(field) => Self::Wrong(field.name().to_owned()),
            Reason::Algorithm => Self::Algorithm,
            Reason::SessionKey(_) => Self::SessionKey,
            Reason::OtherSessionId => Self::OtherSessionId,
            Reason::NotAPoint => Self::NotAPoint,
            _ => Self::NotASession,
        }
    }
}
