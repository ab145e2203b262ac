//! How long a mail is tried, and with what pauses.

use std::time::Duration;

use keyhaven_storage::{MailJob, MailRequest, MailSubject, Timestamp};

const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = HOUR;
/// Whoever asked for a link no longer waits for it then, and can ask again.
const REQUEST_TRIED: Duration = HOUR;
/// A notice is worth something whenever it comes: RFC 5321, 4.5.4.1, has mail servers try for four to five days.
const NOTICE_TRIED: Duration = Duration::from_secs(5 * 24 * 60 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Tries of a letter that was refused for good. RFC 5321, 4.2.1, asks not to repeat such a letter as it stands, and
/// whoever does loses his good name; yet such answers also come from a mailbox that is full and from a mail server that is
/// set up wrong, which somebody mends. So a notice has four tries an hour apart, and what a person waits for has four
/// within four minutes.
const LASTING_TRIES: u32 = 4;

/// Whether another try may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nobody said that it would not.
    Passing,
    /// It would only be the same again: the mail server refused the letter for good, or it cannot be made.
    Lasting,
}

/// What becomes of a job that failed once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Tried again then, after twice the pause before it.
    TryAt(Timestamp),
    /// It was tried for as long as it is worth.
    GiveUp,
}

/// What comes after a failure at `now`. Every try counts, whatever came of those before.
pub(super) fn after_failure(job: &MailJob, fault: Fault, now: Timestamp) -> Next {
    let tried = match job.subject {
        MailSubject::Request(MailRequest::Reset | MailRequest::SignUpAttempt) => REQUEST_TRIED,
        // An account waits seven days for its confirmation.
        MailSubject::Request(MailRequest::Confirm) | MailSubject::Notice(_) => NOTICE_TRIED,
    };
    let too_often = fault == Fault::Lasting && job.attempts.saturating_add(1) >= LASTING_TRIES;
    if too_often || now >= job.requested_at.plus(tried) {
        return Next::GiveUp;
    }
    let first_pause = match (fault, &job.subject) {
        (Fault::Lasting, MailSubject::Notice(_)) => LONGEST_PAUSE,
        _ => FIRST_PAUSE,
    };
    let doubled = 1_u32.checked_shl(job.attempts).unwrap_or(u32::MAX);
    Next::TryAt(now.plus(first_pause.saturating_mul(doubled).min(LONGEST_PAUSE)))
}

#[cfg(test)]
mod tests {
    use keyhaven_storage::Notice;

    use super::*;

    const ASKED: Timestamp = Timestamp(1_000_000);

    /// The tries of a mail that always fails at once, in seconds since it was asked for.
    fn tries(subject: MailSubject, fault: Fault) -> Vec<i64> {
        let mut tries = vec![0];
        let mut job = MailJob {
            id: 1,
            address: "carol@example.org".parse().unwrap(),
            subject,
            account: None,
            requested_at: ASKED,
            attempts: 0,
        };
        let mut now = ASKED;
        while let Next::TryAt(next) = after_failure(&job, fault, now) {
            tries.push(next.0 - ASKED.0);
            now = next;
            job.attempts += 1;
        }
        tries
    }

    #[test]
    fn a_request_is_tried_for_an_hour_with_growing_pauses() {
        let expected = [0, 30, 90, 210, 450, 930, 1_890, 3_810];
        for request in [MailRequest::Reset, MailRequest::SignUpAttempt] {
            assert_eq!(tries(MailSubject::Request(request), Fault::Passing), expected);
        }
    }

    #[test]
    fn a_notice_and_a_confirmation_are_tried_for_five_days_once_an_hour_at_last() {
        for subject in [
            MailSubject::Notice(Notice::PasswordChanged),
            MailSubject::Request(MailRequest::Confirm),
        ] {
            let tries = tries(subject, Fault::Passing);
            assert_eq!(tries[..9], [0, 30, 90, 210, 450, 930, 1_890, 3_810, 7_410]);
            assert!(tries[8..].windows(2).all(|pair| pair[1] - pair[0] == 3_600));
            assert!((120 * 3_600..=121 * 3_600).contains(tries.last().unwrap()));
        }
    }

    #[test]
    fn what_was_refused_for_good_is_tried_four_times() {
        for request in [
            MailRequest::Reset,
            MailRequest::SignUpAttempt,
            MailRequest::Confirm,
        ] {
            assert_eq!(
                tries(MailSubject::Request(request), Fault::Lasting),
                [0, 30, 90, 210]
            );
        }
        let notice = MailSubject::Notice(Notice::PasswordChanged);
        assert_eq!(tries(notice, Fault::Lasting), [0, 3_600, 7_200, 10_800]);
    }

    #[test]
    fn no_number_of_attempts_overflows() {
        let job = MailJob {
            id: 1,
            address: "carol@example.org".parse().unwrap(),
            subject: MailSubject::Notice(Notice::PasswordChanged),
            account: None,
            requested_at: ASKED,
            attempts: u32::MAX,
        };
        assert_eq!(
            after_failure(&job, Fault::Passing, ASKED),
            Next::TryAt(ASKED.plus(LONGEST_PAUSE))
        );
    }
}
