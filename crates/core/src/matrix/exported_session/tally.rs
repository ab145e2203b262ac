//! Whether two lists have the same sessions, without both of them in memory.

use sha2::{Digest as _, Sha256};

use super::BatchEntry;

/// Sessions that are being counted. Each goes in with its length and all of its text.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    sessions: u64,
    hash: Sha256,
}

/// How many sessions a list has, and which, in their order. Lists of equal totals are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    sessions: u64,
    hash: [u8; 32],
}

impl Tally {
    /// Of no session.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts one more.
    pub fn add(&mut self, session: &BatchEntry<'_>) {
        // EXPOSE: hashed, and keys cannot be guessed by their hash.
        let json = session.expose_secret();
        self.sessions += 1;
        self.hash.update((json.len() as u64).to_be_bytes());
        self.hash.update(json);
    }

    /// What was counted.
    #[must_use]
    pub fn total(self) -> Total {
        Total {
            sessions: self.sessions,
            hash: self.hash.finalize().into(),
        }
    }
}

impl Total {
    /// How many sessions.
    #[must_use]
    pub const fn sessions(&self) -> u64 {
        self.sessions
    }
}
