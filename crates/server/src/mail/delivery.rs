//! Where a finished letter goes.

use std::{fmt, sync::Arc};

use lettre::{
    Message,
    address::Envelope,
    message::{
        Attachment, Body, Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, ContentTypeErr, Header, HeaderName, HeaderValue},
    },
};
use zeroize::Zeroizing;

use super::{SmtpFailure, letters::LOGO_ID, logo::Logo, patience::Fault};

/// Longest line of a message without its line break (RFC 5322, 2.1.1).
const LINE_MAX_BYTES: usize = 998;

/// A letter to one person. `Debug` shows nothing of it.
pub struct Letter {
    /// From whom.
    pub from: Mailbox,
    /// To whom.
    pub to: Mailbox,
    /// One line.
    pub subject: String,
    /// Plain text; it may hold a code.
    pub text: Zeroizing<String>,
    /// The same as HTML.
    pub html: Zeroizing<String>,
    /// What the HTML shows above its words.
    pub logo: Option<Arc<Logo>>,
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
    /// The letter as a message (RFC 5322): text first, then HTML with its picture inside (RFC 2046, 5.1.4; RFC 2387).
    ///
    /// # Errors
    /// [`DeliveryError::Message`]
    pub fn into_message(self) -> Result<Message, DeliveryError> {
        let Self {
            from,
            to,
            subject,
            text,
            html,
            logo,
            written_at,
            message_id,
        } = self;
        let text = SinglePart::builder()
            .content_type(ContentType::TEXT_PLAIN)
            .body(readable(&text));
        let html = SinglePart::builder()
            .content_type(ContentType::TEXT_HTML)
            .body(readable(&html));
        let both = MultiPart::alternative().singlepart(text);
        let both = match logo {
            Some(logo) => both.multipart(MultiPart::related().singlepart(html).singlepart(picture(&logo)?)),
            None => both.singlepart(html),
        };
        // Said here, since the headers are read for it otherwise, and a quoted local part is not understood there.
        let envelope = Envelope::new(Some(from.email.clone()), vec![to.email.clone()]);
        Message::builder()
            .envelope(envelope.map_err(DeliveryError::Message)?)
            .from(from)
            .to(to)
            .subject(subject)
            .date(written_at)
            .message_id(Some(format!("<{message_id}>")))
            .header(AutoSubmitted)
            .multipart(both)
            .map_err(DeliveryError::Message)
    }
}

fn picture(logo: &Logo) -> Result<SinglePart, DeliveryError> {
    let media_type = ContentType::parse(logo.media_type()).map_err(DeliveryError::Logo)?;
    Ok(Attachment::new_inline(LOGO_ID.to_owned()).body(logo.bytes().to_vec(), media_type))
}

/// Keeps programs that answer mail from answering this one (RFC 3834, 5).
#[derive(Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
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
    /// The media type of the logo is none.
    #[error("the logo has no media type")]
    Logo(#[source] ContentTypeErr),
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

impl DeliveryError {
    /// Whether the same letter would fare better another time.
    pub(super) fn fault(&self) -> Fault {
        match self {
            Self::Message(_) | Self::Logo(_) => Fault::Lasting,
            Self::Smtp(failure) => failure.fault(),
            Self::TimedOut | Self::Outbox(_) | Self::Random(_) => Fault::Passing,
        }
    }
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
