//! Problems of flows as errors with codes.

use core::time::Duration;

use keyhaven_client::{
    persona::flows::access::{CodeProblem, LockedProblem, OldPasswordProblem, RecoverProblem},
    problem::{Effect, InputFault, Problem, ProblemKind, RetryReason},
};
use keyhaven_core::recovery_code::RecoveryCodeError;

use crate::{code::Code, failure::Failure};

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let effect = match problem.effect {
            Effect::None => "none",
            Effect::Open => "open",
            Effect::Done => "done",
        };
        let failure = Self::from(problem.kind).with("effect", effect);
        match problem.request_id {
            Some(id) => failure.with("requestId", id.as_str()),
            None => failure,
        }
    }
}

impl From<ProblemKind> for Failure {
    fn from(kind: ProblemKind) -> Self {
        Self::new(match kind {
            ProblemKind::Retry(reason) => return reason.into(),
            ProblemKind::Input(fault) => return fault.into(),
            ProblemKind::Device(error) => return error.into(),
            ProblemKind::Report { status } => return Self::new(Code::RequestRefused).with("status", status),
            ProblemKind::Server(_) => Code::BadAnswer,
            ProblemKind::SignInAgain => Code::SignInAgain,
            ProblemKind::UnlockFirst => Code::AccountUnproven,
            ProblemKind::Disputed => Code::AccountDisputed,
            ProblemKind::Frozen | ProblemKind::FrozenBeforeSetUp { .. } => Code::AccountFrozen,
            ProblemKind::Deleted => Code::AccountDeleted,
            ProblemKind::ReadAgain => Code::ChangedMeanwhile,
            ProblemKind::ListWentBack => Code::ListWentBack,
            ProblemKind::SetUpElsewhere => Code::SetUpElsewhere,
            ProblemKind::Gone => Code::Gone,
            ProblemKind::QuotaExceeded => Code::QuotaExceeded,
            _ => Code::Internal,
        })
    }
}

impl From<RetryReason> for Failure {
    fn from(reason: RetryReason) -> Self {
        let (code, after) = match reason {
            RetryReason::Busy { after } => (Code::ServerBusy, after),
            RetryReason::RateLimited { after } => (Code::RateLimited, after),
            RetryReason::ServerFailed => (Code::ServerFailed, None),
            _ => (Code::Offline, None),
        };
        let failure = Self::new(code);
        match after.as_ref().map(Duration::as_secs_f64) {
            Some(seconds) => failure.with("retryAfter", seconds),
            None => failure,
        }
    }
}

impl From<InputFault> for Failure {
    #[expect(clippy::cast_precision_loss, reason = "no file has 2^53 bytes")]
    fn from(fault: InputFault) -> Self {
        Self::new(match fault {
            InputFault::TooLarge { max_bytes, .. } => {
                return Self::new(Code::TooLarge).with("max", max_bytes as f64);
            }
            InputFault::AddressRefused => Code::AddressRefused,
            InputFault::AddressTaken => Code::AddressTaken,
            InputFault::WrongCredentials => Code::WrongCredentials,
            InputFault::LinkSpent => Code::LinkSpent,
            InputFault::NotTheOldPassword => Code::WrongOldPassword,
            InputFault::TooMany => Code::QuotaExceeded,
            InputFault::NameRefused => Code::NameRefused,
            _ => Code::Internal,
        })
    }
}

impl From<&RecoveryCodeError> for Failure {
    fn from(error: &RecoveryCodeError) -> Self {
        let failure = Self::new(Code::MistypedRecovery);
        let group = match error {
            RecoveryCodeError::TooFewCharacters { group, .. }
            | RecoveryCodeError::TooManyCharacters { group, .. } => *group,
            RecoveryCodeError::BadCharacter { group, .. } => Some(*group),
            RecoveryCodeError::Typo { suggestion } => {
                suggestion.as_ref().map(|suggestion| suggestion.group())
            }
            RecoveryCodeError::UnknownWord { position, .. } => Some(*position),
            _ => None,
        };
        match group {
            Some(group) => failure.with("group", group),
            None => failure,
        }
    }
}

impl From<CodeProblem> for Failure {
    fn from(problem: CodeProblem) -> Self {
        Self::new(match problem {
            CodeProblem::Malformed(error) => return (&*error).into(),
            CodeProblem::OtherBackup => Code::OtherRecovery,
            CodeProblem::DamagedRecord => Code::BadAnswer,
        })
    }
}

impl From<LockedProblem> for Failure {
    fn from(problem: LockedProblem) -> Self {
        match problem {
            LockedProblem::Code(problem) => problem.into(),
            LockedProblem::OldPassword(OldPasswordProblem::NotTheOldOne) => Self::new(Code::WrongOldPassword),
            LockedProblem::OldPassword(OldPasswordProblem::DamagedRecord) => Self::new(Code::BadAnswer),
            LockedProblem::Other(problem) => problem.into(),
        }
    }
}

impl From<RecoverProblem> for Failure {
    fn from(problem: RecoverProblem) -> Self {
        Self::new(match problem {
            RecoverProblem::Malformed(error) => return (&*error).into(),
            RecoverProblem::NotOfThisAddress => Code::OtherRecovery,
            RecoverProblem::DamagedRecord => Code::BadAnswer,
            RecoverProblem::Other(problem) => return problem.into(),
        })
    }
}
