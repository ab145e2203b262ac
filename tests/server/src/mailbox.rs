//! Outgoing mail as a person reads it.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use keyhaven_protocol::persona::ResetCode;

const PATIENCE: Duration = Duration::from_secs(20);
/// Long enough for a mail that should not come, since the worker is woken at once.
const SILENCE: Duration = Duration::from_millis(1500);

/// A folder of `.eml` files.
#[derive(Debug, Clone)]
pub struct Mailbox {
    folder: PathBuf,
}

impl Mailbox {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Every mail so far, oldest first.
    ///
    /// # Panics
    /// If the folder cannot be read.
    #[must_use]
    pub fn mails(&self) -> Vec<String> {
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

    /// Waits until there are `count` mails and gives the last.
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

    /// Expects that it stays at `count` mails.
    ///
    /// # Panics
    /// If another comes.
    pub fn expect_still(&self, count: usize) {
        std::thread::sleep(SILENCE);
        assert_eq!(self.mails().len(), count, "{:?}", self.mails());
    }
}

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
