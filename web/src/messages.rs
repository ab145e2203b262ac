//! Everything the app says to a person, in one place per language. Text is plain: no markup passes through here.

mod en;

pub(crate) use en::*;

/// What a person is told when something failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What happened.
    pub what: String,
    /// What is safe.
    pub safe: String,
    /// What to do next.
    pub next: String,
}

impl Problem {
    /// A problem of three fixed sentences.
    pub(crate) fn new(what: &str, safe: &str, next: &str) -> Self {
        Self {
            what: what.to_owned(),
            safe: safe.to_owned(),
            next: next.to_owned(),
        }
    }
}
