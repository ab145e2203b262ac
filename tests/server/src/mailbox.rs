//! Outgoing mail as a person reads it.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use keyhaven_protocol::persona::{LinkCode, ResetCode};
use mail_parser::{MessageParser, MimeHeaders as _};

const PATIENCE: Duration = Duration::from_secs(20);
/// Long enough for a mail that should not come, since the worker is woken at once.
const SILENCE: Duration = Duration::from_millis(1500);

/// A folder of `.eml` files.
#[derive(Debug, Clone)]
pub struct Mailbox {
    folder: PathBuf,
}

/// A letter as a mail program shows it.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The address it went to.
    pub to: String,
    /// Decoded.
    pub subject: String,
    /// The text, decoded, lines as they are.
    pub text: String,
    /// The HTML, decoded.
    pub html: String,
    /// Media type and content id of each other part.
    pub attached: Vec<(String, String)>,
}

impl Letter {
    /// Reads a mail.
    ///
    /// # Panics
    /// If it is none, or is not made of one text and one HTML in this order.
    #[must_use]
    pub fn parse(mail: &str) -> Self {
        let message = MessageParser::default().parse(mail.as_bytes()).expect("a mail");
        assert_eq!(
            (message.text_body.len(), message.html_body.len()),
            (1, 1),
            "{mail}"
        );
        assert!(message.text_body < message.html_body, "text comes first: {mail}");
        let to = message.to().and_then(|to| to.first()).and_then(|to| to.address());
        let attached = message.attachments().map(|part| {
            let media = part.content_type().expect("a media type");
            let media = format!("{}/{}", media.ctype(), media.subtype().unwrap_or_default());
            (media, part.content_id().unwrap_or_default().to_owned())
        });
        Self {
            to: to.expect("an address").to_owned(),
            subject: message.subject().expect("a subject").to_owned(),
            text: message.body_text(0).expect("a text").replace("\r\n", "\n"),
            html: message.body_html(0).expect("a page").into_owned(),
            attached: attached.collect(),
        }
    }

    /// The text as one line, so that what is looked for may be wrapped.
    #[must_use]
    pub fn words(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The code of the link to this page, if the letter has one; it stands alone on its line.
    ///
    /// # Panics
    /// If the code is none of ours.
    #[must_use]
    pub fn code_for(&self, page: &str) -> Option<String> {
        let fragment = format!("/{page}#code=");
        let (_, code) = self
            .text
            .lines()
            .filter(|line| line.starts_with("http"))
            .find_map(|line| line.split_once(&fragment))?;
        let _ours: LinkCode = code.parse().expect("a code of ours");
        Some(code.to_owned())
    }
}

impl Mailbox {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Every mail so far but the ones that confirm a sign-up, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<String> {
        let mut mails = self.all();
        mails.retain(|mail| !mail.contains(CONFIRMS));
        mails
    }

    /// Every mail so far, oldest first.
    ///
    /// # Panics
    /// If the folder cannot be read.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.folder).expect("an outbox");
        let mut files: Vec<_> = entries
            .map(|entry| entry.expect("an entry"))
            .filter(|entry| {
                entry
                    .path()
                    .extension()
                    .is_some_and(|extension| extension == "eml")
            })
            .collect();
        // Names carry whole seconds; within one, the file system's own time decides.
        files.sort_by_key(|entry| {
            (
                entry.metadata().and_then(|data| data.modified()).ok(),
                entry.path(),
            )
        });
        files
            .iter()
            .map(|entry| std::fs::read_to_string(entry.path()).expect("a mail"))
            .collect()
    }

    /// Waits until there are `count` mails beside those that confirm a sign-up, and gives the last.
    ///
    /// # Panics
    /// If they do not come, or more do.
    #[must_use]
    pub fn wait_for(&self, count: usize) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let mut mails = self.mails();
            if mails.len() >= count {
                assert_eq!(mails.len(), count, "{mails:?}");
                return mails.pop().expect("a mail");
            }
            assert!(Instant::now() < until, "only {} mails came", mails.len());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The letters to this address whose subject has these words, oldest first.
    #[must_use]
    pub fn letters(&self, to: &str, subject: &str) -> Vec<Letter> {
        let letters = self
            .all()
            .iter()
            .map(|mail| Letter::parse(mail))
            .collect::<Vec<_>>();
        letters
            .into_iter()
            .filter(|letter| letter.to.eq_ignore_ascii_case(to) && letter.subject.contains(subject))
            .collect()
    }

    /// Waits for the `count`-th letter to this address whose subject has these words.
    ///
    /// # Panics
    /// If it does not come.
    #[must_use]
    pub fn letter(&self, to: &str, subject: &str, count: usize) -> Letter {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(letter) = self.letters(to, subject).into_iter().nth(count - 1) {
                return letter;
            }
            assert!(
                Instant::now() < until,
                "no letter {count} about {subject:?} to {to}: {:?}",
                self.all()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Expects that it stays at `count` mails beside those that confirm a sign-up.
    ///
    /// # Panics
    /// If another comes.
    pub fn expect_still(&self, count: usize) {
        std::thread::sleep(SILENCE);
        assert_eq!(self.mails().len(), count, "{:?}", self.mails());
    }
}

/// What stands in the letter that confirms a sign-up, and in no other.
const CONFIRMS: &str = "/confirm#code=c";
/// In the subject of that letter.
pub const CONFIRM: &str = "Confirm your address";

/// The link of a reset mail, which stands alone on its line.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn link(mail: &str) -> &str {
    mail.lines()
        .find(|line| line.contains("/password/reset.html#"))
        .expect("a link alone on its line")
}

/// The code of a reset mail.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn code(mail: &str) -> String {
    let (_, code) = link(mail)
        .split_once("&reset_code=")
        .expect("a code in the fragment");
    code.parse::<ResetCode>().expect("a code of ours");
    code.to_owned()
}
