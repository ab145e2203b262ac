//! Why something did not happen, by what can be done about it.

use core::{fmt, time::Duration};

use keyhaven_core::job::JobError;
use keyhaven_protocol::kdf::KdfError;

use crate::{host::UnixSeconds, transport::TransportError};

/// Why something did not happen. Plain data without secrets, so that a page can keep and show it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct Problem {
    /// Grouped by what the person, or the program, can do.
    pub kind: ProblemKind,
    /// What became of what was asked for, as far as this device can tell.
    pub effect: Effect,
    /// What the server calls this request, to quote when asking for help.
    pub request_id: Option<RequestId>,
}

/// What became of what was asked for although something failed, as far as this device can tell. In rising order of what
/// the server is known to have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Nothing was changed: nothing that changes anything was sent, or the server refused it.
    None,
    /// It may have been done: it was sent, and no good answer came.
    Open,
    /// The server has answered that it is done; what was to be seen afterwards did not come.
    Done,
}

/// Why, by what can be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The same again may work, now or after a while.
    #[error("try again: {0}")]
    Retry(RetryReason),
    /// The session ended: sign in, then again.
    #[error("sign in again")]
    SignInAgain,
    /// The account came out of a reset: unlock the backup, then again.
    #[error("unlock the backup first")]
    UnlockFirst,
    /// Two people hold something of the account: the recovery code decides, or time.
    #[error("the account is disputed")]
    Disputed,
    /// Somebody who reads the mailbox froze the account: lift it, then again.
    #[error("the account is frozen")]
    Frozen,
    /// It was frozen before its recovery code was confirmed: nothing is in it, and nothing lifts that before it ends by
    /// itself.
    #[error("the account was frozen before it was set up")]
    FrozenBeforeSetUp {
        /// The end, if it has one.
        until: Option<UnixSeconds>,
    },
    /// Its owner deleted the account: take that back, then again.
    #[error("the account is deleted")]
    Deleted,
    /// Something that the person chose or typed has to change.
    #[error("{0}")]
    Input(InputFault),
    /// Others kept writing in between: look at what is there now, then decide.
    #[error("changed in between: read again")]
    ReadAgain,
    /// The server shows an older list than this device has seen: nothing is written over it before somebody says so.
    #[error("the list is older than one that was seen")]
    ListWentBack,
    /// Another device finished this sign-up first. The code that was shown here opens nothing.
    #[error("another device finished the sign-up first")]
    SetUpElsewhere,
    /// What was meant is no longer there.
    #[error("no such item")]
    Gone,
    /// The account's quota is used up; nothing was dropped.
    #[error("the quota is used up")]
    QuotaExceeded,
    /// The request may not leave: a rule of the browser, an extension, or a page set up wrongly.
    #[error("the request is not allowed to leave")]
    Blocked,
    /// This device could not do it.
    #[error("{0}")]
    Device(JobError),
    /// The server is older or newer than this client, or does not do what the wire says. Nothing of its answer was
    /// used.
    #[error("the server's answer was refused: {0}")]
    Server(ServerFault),
    /// A fault of ours: worth a report.
    #[error("the server refused what this client sent, with status {status}")]
    Report {
        /// As it was answered.
        status: u16,
    },
}

/// What makes another try worthwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RetryReason {
    /// No connection, or it broke.
    #[error("no connection")]
    Offline,
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The person or the page stopped it.
    #[error("stopped")]
    Stopped,
    /// More work than the server takes on at once.
    #[error("the server is busy")]
    Busy {
        /// How long the server asks to wait.
        after: Option<Duration>,
    },
    /// Too many tries.
    #[error("too many tries")]
    RateLimited {
        /// How long the server asks to wait.
        after: Option<Duration>,
    },
    /// A fault inside the server.
    #[error("the server failed")]
    ServerFailed,
}

/// What has to change before the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InputFault {
    /// The server does not take this address.
    #[error("the address is not accepted")]
    AddressRefused,
    /// There is an account for this address: sign in, or reset the password.
    #[error("the address has an account")]
    AddressTaken,
    /// Address or password is wrong; which one is not told.
    #[error("address or password is wrong")]
    WrongCredentials,
    /// The present password is not this one.
    #[error("the present password is another one")]
    WrongPassword,
    /// The link is wrong, used, too old or of another address; which one is not told. Ask for a new one.
    #[error("the link is not good any more")]
    LinkSpent,
    /// The link of a letter that confirms or freezes is wrong, used or too old; which one is not told.
    #[error("the link of the letter is not good any more")]
    LetterSpent,
    /// This is not the last proven password of this address; whether there is one is not told.
    #[error("this is not the last proven password of this address")]
    NotTheOldPassword,
    /// The recovery code is in force and does not decide yet: the one before it does, until the time that the account
    /// names.
    #[error("the recovery code before this one decides")]
    FormerCodeDecides,
    /// The recovery code that was presented is none of this backup, or not the one that decides.
    #[error("the presented recovery code does not decide")]
    NotTheDecidingCode,
    /// The new address is the one that is in force.
    #[error("this is the address already")]
    SameAddress,
    /// Larger than a persona can be.
    #[error("{content_bytes} bytes are more than the {max_bytes} that a persona can hold")]
    TooLarge {
        /// Of what was chosen.
        content_bytes: u64,
        /// The most that fits.
        max_bytes: u64,
    },
    /// As many personas as an account can hold.
    #[error("the account holds as many personas as it can")]
    TooMany,
    /// A folder whose files have no acceptable names, or none at all.
    #[error("the folder cannot be packed")]
    FolderRefused,
    /// A name that is empty or too long.
    #[error("the name is not acceptable")]
    NameRefused,
}

/// What is wrong with the server's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerFault {
    /// It does not know our routes.
    #[error("it does not know this client's routes")]
    Outdated,
    /// Not what the wire says.
    #[error("it cannot be read")]
    Unreadable,
    /// Longer, or with more items, than any good answer.
    #[error("it is too long")]
    TooLong,
    /// Would make the password cheap to guess, or exhaust the device. Nothing was derived from the password.
    #[error("its key derivation is refused")]
    Kdf(KdfError),
    /// About another account, or another key than was asked for.
    #[error("it is about something else")]
    Foreign,
    /// The key record cannot be what this client wrote.
    #[error("the key record is damaged")]
    DamagedKeyRecord,
    /// The sealed inventory does not open with this backup's key: altered, or of something else.
    #[error("the inventory is damaged")]
    DamagedInventory,
    /// A newer version of this client wrote the inventory.
    #[error("the inventory is of a newer version")]
    NewerInventory,
    /// A status that the route never answers.
    #[error("status {0} is none of this route's")]
    Status(u16),
}

/// What the server calls a request: at most 64 printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// Longest in characters.
    pub const MAX_LEN: usize = 64;

    /// Reads a header; `None` if it is nothing to show a person.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let good =
            !text.is_empty() && text.len() <= Self::MAX_LEN && text.chars().all(|c| c.is_ascii_graphic());
        good.then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<ProblemKind> for Problem {
    fn from(kind: ProblemKind) -> Self {
        Self {
            kind,
            effect: Effect::None,
            request_id: None,
        }
    }
}

impl From<InputFault> for ProblemKind {
    fn from(fault: InputFault) -> Self {
        Self::Input(fault)
    }
}

impl From<ServerFault> for ProblemKind {
    fn from(fault: ServerFault) -> Self {
        Self::Server(fault)
    }
}

impl From<InputFault> for Problem {
    fn from(fault: InputFault) -> Self {
        ProblemKind::Input(fault).into()
    }
}

impl From<ServerFault> for Problem {
    fn from(fault: ServerFault) -> Self {
        ProblemKind::Server(fault).into()
    }
}

impl From<JobError> for Problem {
    fn from(error: JobError) -> Self {
        ProblemKind::Device(error).into()
    }
}

impl From<TransportError> for Problem {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Offline => ProblemKind::Retry(RetryReason::Offline).into(),
            TransportError::TimedOut => ProblemKind::Retry(RetryReason::TimedOut).into(),
            TransportError::Aborted => ProblemKind::Retry(RetryReason::Stopped).into(),
            TransportError::Blocked => ProblemKind::Blocked.into(),
            TransportError::AnswerTooLong => ServerFault::TooLong.into(),
        }
    }
}

impl Problem {
    /// The same, met when at least this much had become of what was asked for.
    #[must_use]
    pub fn at_least(mut self, effect: Effect) -> Self {
        self.effect = self.effect.max(effect);
        self
    }

    /// The same, as the end of a request that changes something: an answer that says nothing leaves open what happened.
    pub(crate) fn of_write(self) -> Self {
        if self.kind.says_nothing_of_a_write() {
            self.at_least(Effect::Open)
        } else {
            self
        }
    }
}

impl ProblemKind {
    /// Whether the server may have acted although this is what came.
    const fn says_nothing_of_a_write(&self) -> bool {
        matches!(
            self,
            Self::Retry(
                RetryReason::Offline
                    | RetryReason::TimedOut
                    | RetryReason::Stopped
                    | RetryReason::ServerFailed
            ) | Self::Server(ServerFault::Unreadable | ServerFault::TooLong | ServerFault::Status(_))
        )
    }
}

/// The person stopped it, at a moment when this much may have become of it.
pub(crate) fn stopped(effect: Effect) -> Problem {
    Problem::from(ProblemKind::Retry(RetryReason::Stopped)).at_least(effect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_is_what_can_be_shown_and_nothing_else() {
        let longest = "a".repeat(RequestId::MAX_LEN);
        for text in ["req-1", longest.as_str()] {
            assert_eq!(RequestId::parse(text).unwrap().to_string(), text);
        }
        let longer = "a".repeat(RequestId::MAX_LEN + 1);
        for text in ["", "two words", "line\nbreak", "caf\u{e9}", longer.as_str()] {
            assert_eq!(RequestId::parse(text), None, "{text:?}");
        }
    }
}
