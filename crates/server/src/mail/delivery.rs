//! Where a finished letter goes.

use std::fmt;

use lettre::{
    Message,
    message::{
        Body, Mailbox,
        header::{ContentTransferEncoding, ContentType},
    },
};
use zeroize::Zeroizing;

use super::SmtpFailure;

/// Longest line of a message without its line break (RFC 5322, 2.1.1).
const LINE_MAX_BYTES: usize = 998;

/// A letter to one person. `Debug` shows nothing of it.
pub struct Letter {
    /// From whom.
    pub from: Mailbox,
    /// To whom.
    pub to: Mailbox,
    /// One line.
    pub subject: &'static str,
    /// Plain text; it may hold a code.
    pub body: Zeroizing<String>,
    /// When it was written.
    pub written_at: std::time::SystemTime,
    /// Globally unique, without the angle brackets.
    pub message_id: String,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter")
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

impl Letter {
    /// The letter as a message (RFC 5322).
    ///
    /// # Errors
    /// [`DeliveryError::Message`]
    pub fn into_message(self) -> Result<Message, DeliveryError> {
        let Self {
            from,
            to,
            subject,
            body,
            written_at,
            message_id,
        } = self;
        Message::builder()
            .from(from)
            .to(to)
            .subject(subject)
            .date(written_at)
            .message_id(Some(format!("<{message_id}>")))
            .header(ContentType::TEXT_PLAIN)
            .body(readable(&body))
            .map_err(DeliveryError::Message)
    }
}

/// The text as it is, where a mail server takes it so: a link that is cut and encoded is read by no person.
fn readable(text: &str) -> Body {
    let plain = text
        .lines()
        .all(|line| line.len() <= LINE_MAX_BYTES && line.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
    if plain {
        // Seven bits, short lines, no control character: what the encoding of this name requires.
        Body::dangerous_pre_encoded(
            text.replace('\n', "\r\n").into_bytes(),
            ContentTransferEncoding::SevenBit,
        )
    } else {
        Body::new(text.to_owned())
    }
}

/// Why a letter did not go out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeliveryError {
    /// The parts do not make a message.
    #[error("the letter is no message")]
    Message(#[source] lettre::error::Error),
    /// The mail server refused or did not answer.
    #[error("the mail server did not take it")]
    Smtp(#[source] SmtpFailure),
    /// It took too long, whether or not the letter arrives in the end.
    #[error("no end in time")]
    TimedOut,
    /// The file could not be written.
    #[error("the outbox could not be written")]
    Outbox(#[source] std::io::Error),
    /// No randomness for a name.
    #[error("no randomness")]
    Random(#[from] crate::random::RandomError),
}

/// Takes letters. It has returned only when somebody else is responsible for the letter.
#[async_trait::async_trait]
pub trait Delivery: Send + Sync + fmt::Debug {
    /// Hands a letter over.
    ///
    /// # Errors
    /// [`DeliveryError`]; the letter may be tried again.
    async fn deliver(&self, letter: Letter) -> Result<(), DeliveryError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_with_a_long_link_stays_readable() {
        let link = format!("https://example.org/{}", "x".repeat(300));
        let body = readable(&format!("Open\n\n{link}\n"));
        assert_eq!(body.encoding(), ContentTransferEncoding::SevenBit);
        assert_eq!(body.into_vec(), format!("Open\r\n\r\n{link}\r\n").into_bytes());
    }

    #[test]
    fn what_seven_bits_cannot_carry_is_encoded() {
        for text in ["jos\u{e9}@example.org\n", &"x".repeat(LINE_MAX_BYTES + 1)] {
            let body = readable(text);
            assert_ne!(body.encoding(), ContentTransferEncoding::SevenBit, "{text:?}");
            assert!(body.into_vec().is_ascii());
        }
    }
}
