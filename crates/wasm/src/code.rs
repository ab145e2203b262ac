//! The codes of everything that can go wrong. They are the API: a program decides by them, and they stay.

/// Defines the codes of each part with their text, so that a test can compare them with the union of TypeScript.
macro_rules! codes {
    ($($part:meta { $($(#[$doc:meta])* $name:ident = $text:literal,)* })*) => {
        /// What went wrong.
        #[cfg_attr(
            all(feature = "matrix", not(feature = "seal")),
            expect(dead_code, reason = "some codes are of what seals")
        )]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Code {
            $($(#[cfg($part)] $(#[$doc])* $name,)*)*
        }

        impl Code {
            #[cfg(test)]
            const TEXTS: &[&str] = &[$($(#[cfg($part)] $text,)*)*];

            pub(crate) const fn as_str(self) -> &'static str {
                match self {
                    $($(#[cfg($part)] Self::$name => $text,)*)*
                }
            }
        }
    };
}

codes! {
    all() {
        /// An empty passphrase.
        EmptyPassphrase = "empty-passphrase",
        /// A passphrase longer than any.
        PassphraseTooLong = "passphrase-too-long",
        /// The device cannot spare the memory.
        OutOfMemory = "out-of-memory",
        /// A mistake of this package.
        Internal = "internal",
    }
    feature = "matrix" {
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
        /// A session begins behind the index that was asked for, with `first` and `index`.
        IndexBehind = "index-behind",
        /// Not the `auth_data` of a backup.
        InvalidAuthData = "invalid-auth-data",
        /// Nobody who is trusted vouches for a backup, with `reason`.
        UntrustedBackup = "untrusted-backup",
        /// A public key that would make everything known to all.
        LowOrderPublicKey = "low-order-public-key",
    }
    feature = "persona" {
        /// Not the address of a server.
        InvalidServer = "invalid-server",
        /// Not an e-mail address, or one that the server does not take.
        AddressRefused = "address-refused",
        /// There is an account of this address.
        AddressTaken = "address-taken",
        /// Address or password is wrong.
        WrongCredentials = "wrong-credentials",
        /// Not the last proven password.
        WrongOldPassword = "wrong-old-password",
        /// Not a recovery code, with `group` where one is known to be wrong.
        MistypedRecovery = "recovery-code",
        /// A recovery code of another backup.
        OtherRecovery = "wrong-recovery-code",
        /// A link of a letter is wrong, used or too old.
        LinkSpent = "link-spent",
        /// The sign-up was finished elsewhere.
        SetUpElsewhere = "set-up-elsewhere",
        /// The session is over.
        SignInAgain = "sign-in-again",
        /// The account was reset and not unlocked since.
        AccountUnproven = "account-unproven",
        /// Two people claim the account.
        AccountDisputed = "account-disputed",
        /// Somebody froze the account.
        AccountFrozen = "account-frozen",
        /// The account is deleted.
        AccountDeleted = "account-deleted",
        /// No such persona.
        Gone = "gone",
        /// A name that is empty or too long.
        NameRefused = "name-refused",
        /// More bytes than a persona can have, with `max`.
        TooLarge = "too-large",
        /// The account is full.
        QuotaExceeded = "quota-exceeded",
        /// Others kept writing in between.
        ChangedMeanwhile = "changed-meanwhile",
        /// The server shows an older list than this device has seen.
        ListWentBack = "list-went-back",
        /// No answer.
        Offline = "offline",
        /// Too many tries, with `retryAfter`.
        RateLimited = "rate-limited",
        /// The server is busy, with `retryAfter`.
        ServerBusy = "server-busy",
        /// The server failed.
        ServerFailed = "server-failed",
        /// The answer of the server was refused.
        BadAnswer = "bad-answer",
        /// The server refused the request, with `status`.
        RequestRefused = "request-refused",
    }
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
