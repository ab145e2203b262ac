//! What stands in the columns of queue and counts.

use keyhaven_storage::{MailCount, MailRequest};
use sha2::{Digest as _, Sha256};

use super::notices;

/// SHA-256("keyhaven/storage/mail-sent/1" ‖ normalised address): what is counted by after the address left the queue.
pub(super) fn address_hash(normalised: &str) -> Vec<u8> {
    Sha256::new()
        .chain_update("keyhaven/storage/mail-sent/1")
        .chain_update(normalised)
        .finalize()
        .to_vec()
}

/// The word of a request in its column.
pub(super) const fn word(request: MailRequest) -> &'static str {
    match request {
        MailRequest::Reset => "reset",
        MailRequest::SignUpAttempt => "sign_up_attempt",
        MailRequest::Confirm => "confirm",
    }
}

/// The request of a word; `None` for a notice.
pub(super) fn parse_request(word: &str) -> Option<MailRequest> {
    match word {
        "reset" => Some(MailRequest::Reset),
        "sign_up_attempt" => Some(MailRequest::SignUpAttempt),
        "confirm" => Some(MailRequest::Confirm),
        _ => None,
    }
}

/// The word of a count in its column.
pub(super) const fn count_word(count: MailCount) -> &'static str {
    match count {
        MailCount::Request(request) => word(request),
        MailCount::AddressChange => "address_change",
    }
}

/// What a letter of this word is counted as once it was sent.
pub(super) fn counted_as(word: &str) -> Option<MailCount> {
    match parse_request(word) {
        Some(request) => Some(MailCount::Request(request)),
        None => notices::is_of_an_address_change(word).then_some(MailCount::AddressChange),
    }
}
