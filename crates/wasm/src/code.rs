//! The codes of everything that can go wrong. They are the API: a program decides by them, and they stay.

/// Defines the codes with their text, so that a test can compare them with the union of TypeScript.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What went wrong.
        #[cfg_attr(not(feature = "seal"), expect(dead_code, reason = "some codes are of what seals"))]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            #[cfg(test)]
            const TEXTS: &[&str] = &[$($text,)*];

            pub(crate) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

codes! {
    /// The first line of a key file is missing.
    NotAKeyFile = "not-a-key-file",
    /// The last line is missing.
    IncompleteFile = "incomplete-file",
    /// A character that is not of a key file, with `offset`.
    DamagedFile = "damaged-file",
    /// Too little between the lines, or no rounds.
    DamagedHeader = "damaged-header",
    /// Another version, with `found`.
    UnsupportedVersion = "unsupported-version",
    /// More rounds than allowed, with `rounds` and `max`.
    TooManyRounds = "too-many-rounds",
    /// The tag does not fit.
    WrongPassphraseOrDamaged = "wrong-passphrase-or-damaged",
    /// A file is another one at the second reading.
    FileChanged = "file-changed",
    /// A key file opened, and is no list of sessions.
    NotSessions = "not-sessions",
    /// An empty passphrase.
    EmptyPassphrase = "empty-passphrase",
    /// A passphrase longer than any.
    PassphraseTooLong = "passphrase-too-long",
    /// Rounds or iterations that are refused, with `rounds`, `floor` and `ceiling`.
    RoundsOutOfRange = "rounds-out-of-range",
    /// A derivation of another length than 256 bits, with `bits`.
    UnsupportedKeyLength = "unsupported-key-length",
    /// No character of a recovery key.
    RecoveryKeyEmpty = "recovery-key-empty",
    /// Another number of characters, with `found`.
    RecoveryKeyLength = "recovery-key-length",
    /// A character of no key, with `position` and `candidates`.
    RecoveryKeyCharacter = "recovery-key-character",
    /// 48 characters that are something else.
    RecoveryKeyPrefix = "recovery-key-prefix",
    /// A typing mistake.
    RecoveryKeyParity = "recovery-key-parity",
    /// Not the base64 of 32 bytes.
    InvalidPublicKey = "invalid-public-key",
    /// Not the base64 of a private key.
    InvalidPrivateKey = "invalid-private-key",
    /// Not the description of a key.
    InvalidDescription = "invalid-description",
    /// Another algorithm than the one of secret storage.
    UnsupportedAlgorithm = "unsupported-algorithm",
    /// The key check does not agree.
    WrongKey = "wrong-key",
    /// No recovery key, and there is no passphrase.
    NotAKey = "not-a-key",
    /// Not an encrypted secret.
    InvalidSecret = "invalid-secret",
    /// The tag of a secret does not fit.
    WrongSecret = "wrong-secret",
    /// A session that is to be sealed is none, with `index` and `reason`.
    InvalidSession = "invalid-session",
    /// A public key that would make everything known to all.
    LowOrderPublicKey = "low-order-public-key",
    /// The device cannot spare the memory.
    OutOfMemory = "out-of-memory",
    /// A mistake of this package.
    Internal = "internal",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typescript_knows_every_code() {
        let source = include_str!("../npm/src/error.ts");
        for text in Code::TEXTS {
            assert!(
                source.contains(&format!("\n  | \"{text}\"")),
                "error.ts has {text}"
            );
        }
    }
}
