//! What the server says when it refuses, and what that means to who asked.

use core::time::Duration;

use keyhaven_protocol::error::{ErrorCode, FailureResponse};

use super::call::Purpose;
use crate::{
    problem::{InputFault, Problem, ProblemKind, RequestId, RetryReason, ServerFault},
    transport::Response,
};

/// Longest wait that is believed.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// A refusal.
#[derive(Debug)]
pub(in crate::persona) struct Refusal {
    status: u16,
    /// [`ErrorCode::Unknown`] if the body names none, or one that does not go with the status.
    code: ErrorCode,
    retry_after: Option<Duration>,
    request_id: Option<RequestId>,
    purpose: Purpose,
}

impl Refusal {
    pub(super) fn read(response: &Response, request_id: Option<RequestId>, purpose: Purpose) -> Self {
        let code = serde_json::from_slice::<FailureResponse>(&response.body)
            .map(|body| body.failure.error)
            .ok()
            .filter(|code| code.status() == response.status)
            .unwrap_or(ErrorCode::Unknown);
        let retry_after = response
            .header("retry-after")
            .and_then(|text| text.trim().parse().ok())
            .map(Duration::from_secs)
            .filter(|wait| *wait <= RETRY_AFTER_MAX);
        Self {
            status: response.status,
            code,
            retry_after,
            request_id,
            purpose,
        }
    }

    pub(super) const fn code(&self) -> ErrorCode {
        self.code
    }

    /// Whether it is answered as [`ErrorCode::Unauthorized`], in whatever words: a proxy has others.
    pub(super) fn is_unauthorized(&self) -> bool {
        self.status == ErrorCode::Unauthorized.status()
    }

    /// Whether address and secret do not belong together, on a route that tells no more.
    pub(super) fn denies_access(&self) -> bool {
        self.code == ErrorCode::WrongProof || self.is_unauthorized()
    }

    /// What it means where a route gives it no meaning of its own.
    pub(super) fn into_problem(self) -> Problem {
        let mut problem = Problem::from(self.kind());
        problem.request_id = self.request_id;
        self.purpose.problem(problem)
    }

    fn kind(&self) -> ProblemKind {
        match self.code {
            ErrorCode::FormerCodeDecides => InputFault::FormerCodeDecides.into(),
            ErrorCode::AccountUnproven => ProblemKind::UnlockFirst,
            ErrorCode::AccountDisputed => ProblemKind::Disputed,
            ErrorCode::AccountFrozen => ProblemKind::Frozen,
            ErrorCode::AccountDeleted => ProblemKind::Deleted,
            ErrorCode::InvalidLinkCode => InputFault::LetterSpent.into(),
            ErrorCode::AddressTaken => InputFault::AddressTaken.into(),
            ErrorCode::InvalidEmail => InputFault::AddressRefused.into(),
            ErrorCode::InvalidResetCode => InputFault::LinkSpent.into(),
            ErrorCode::NoSuchItem | ErrorCode::PersonaNotFound => ProblemKind::Gone,
            ErrorCode::AlreadyExists | ErrorCode::VersionConflict => ProblemKind::ReadAgain,
            // The code is absent, of a newer server, says no more than its status, or only a wrong request gets it.
            _ => self.kind_by_status(),
        }
    }

    fn kind_by_status(&self) -> ProblemKind {
        let after = self.retry_after;
        match self.status {
            401 => ProblemKind::SignInAgain,
            404 | 405 | 415 => ServerFault::Outdated.into(),
            429 => ProblemKind::Retry(RetryReason::RateLimited { after }),
            503 => ProblemKind::Retry(RetryReason::Busy { after }),
            507 => ProblemKind::QuotaExceeded,
            500..600 => ProblemKind::Retry(RetryReason::ServerFailed),
            400..500 => ProblemKind::Report { status: self.status },
            status => ServerFault::Status(status).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::error::Failure;
    use zeroize::Zeroizing;

    use super::*;

    fn refusal(status: u16, body: &str, headers: &[(&str, &str)]) -> Refusal {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Refusal::read(
            &Response {
                status,
                headers,
                body: Zeroizing::new(body.as_bytes().to_vec()),
            },
            None,
            Purpose::Reads,
        )
    }

    fn body(code: ErrorCode) -> String {
        serde_json::to_string(&FailureResponse {
            failure: Failure::new(code, "r".to_owned()),
        })
        .unwrap()
    }

    #[test]
    fn a_right_code_that_does_not_decide_yet_is_not_called_wrong() {
        let found = refusal(403, &body(ErrorCode::FormerCodeDecides), &[]);
        assert!(!found.denies_access());
        assert_eq!(
            found.into_problem().kind,
            ProblemKind::Input(InputFault::FormerCodeDecides)
        );
    }

    #[test]
    fn a_code_that_does_not_go_with_its_status_is_not_believed() {
        let found = refusal(500, &body(ErrorCode::WrongProof), &[]);
        assert_eq!(found.code(), ErrorCode::Unknown);
        assert_eq!(
            found.into_problem().kind,
            ProblemKind::Retry(RetryReason::ServerFailed)
        );
    }

    #[test]
    fn every_code_of_the_wire_means_something_that_can_be_done() {
        let (busy, limited) = (
            RetryReason::Busy { after: None },
            RetryReason::RateLimited { after: None },
        );
        let mut known = vec![
            (ErrorCode::Unauthorized, ProblemKind::SignInAgain),
            (ErrorCode::FormerCodeDecides, InputFault::FormerCodeDecides.into()),
            (ErrorCode::AccountUnproven, ProblemKind::UnlockFirst),
            (ErrorCode::AccountDisputed, ProblemKind::Disputed),
            (ErrorCode::AccountFrozen, ProblemKind::Frozen),
            (ErrorCode::AccountDeleted, ProblemKind::Deleted),
            (ErrorCode::InvalidLinkCode, InputFault::LetterSpent.into()),
            (ErrorCode::AddressTaken, InputFault::AddressTaken.into()),
            (ErrorCode::InvalidEmail, InputFault::AddressRefused.into()),
            (ErrorCode::InvalidResetCode, InputFault::LinkSpent.into()),
            (ErrorCode::NoSuchItem, ProblemKind::Gone),
            (ErrorCode::PersonaNotFound, ProblemKind::Gone),
            (ErrorCode::AlreadyExists, ProblemKind::ReadAgain),
            (ErrorCode::VersionConflict, ProblemKind::ReadAgain),
            (ErrorCode::RateLimited, ProblemKind::Retry(limited)),
            (ErrorCode::Busy, ProblemKind::Retry(busy)),
            (ErrorCode::QuotaExceeded, ProblemKind::QuotaExceeded),
            (ErrorCode::NotFound, ServerFault::Outdated.into()),
            (ErrorCode::MethodNotAllowed, ServerFault::Outdated.into()),
            (ErrorCode::UnsupportedMediaType, ServerFault::Outdated.into()),
            (ErrorCode::Internal, ProblemKind::Retry(RetryReason::ServerFailed)),
        ];
        for code in ErrorCode::ALL {
            let kind = refusal(code.status(), &body(*code), &[]).into_problem().kind;
            let meant = known.iter().position(|(one, _)| one == code);
            // What only a wrong request gets is a fault of ours.
            let expected = meant.map_or(
                ProblemKind::Report {
                    status: code.status(),
                },
                |position| known.remove(position).1,
            );
            assert_eq!(kind, expected, "{}", code.name());
        }
        assert_eq!(known, [], "no code of the wire");
    }

    #[test]
    fn address_and_secret_are_called_wrong_by_what_says_so_and_by_nothing_else() {
        for (status, body, denies) in [
            (401, body(ErrorCode::Unauthorized), true),
            (401, "<html>".to_owned(), true),
            (403, body(ErrorCode::WrongProof), true),
            (403, body(ErrorCode::AccountFrozen), false),
            (403, "<html>".to_owned(), false),
            (503, body(ErrorCode::Busy), false),
        ] {
            let found = refusal(status, &body, &[]);
            assert_eq!(found.denies_access(), denies, "{status} {body}");
            assert_eq!(found.is_unauthorized(), status == 401, "{status} {body}");
        }
    }

    #[test]
    fn html_from_a_proxy_is_understood_by_its_status() {
        for (status, expected) in [
            (401, ProblemKind::SignInAgain),
            (404, ProblemKind::Server(ServerFault::Outdated)),
            (418, ProblemKind::Report { status: 418 }),
            (502, ProblemKind::Retry(RetryReason::ServerFailed)),
            (302, ProblemKind::Server(ServerFault::Status(302))),
        ] {
            assert_eq!(
                refusal(status, "<html>", &[]).into_problem().kind,
                expected,
                "{status}"
            );
        }
    }

    #[test]
    fn a_wait_is_told_and_an_absurd_one_is_not() {
        let wait = |value| refusal(503, "", &[("Retry-After", value)]).into_problem().kind;
        let after = Some(Duration::from_secs(7));
        assert_eq!(wait("7"), ProblemKind::Retry(RetryReason::Busy { after }));
        let a_day = Some(RETRY_AFTER_MAX);
        assert_eq!(
            wait("86400"),
            ProblemKind::Retry(RetryReason::Busy { after: a_day })
        );
        for value in ["86401", "99999999999", "-1", "soon"] {
            assert_eq!(
                wait(value),
                ProblemKind::Retry(RetryReason::Busy { after: None }),
                "{value}"
            );
        }
    }
}
