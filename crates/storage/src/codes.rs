//! Recovery codes of a key record: the one in force, and the former one, which decides as long as it is kept
//! (`docs/adr/0008-the-code-that-decides.md`).

use keyhaven_protocol::persona::{AccountState, Wrap};
use subtle::ConstantTimeEq as _;

use crate::{KeyRecord, RecoveryWrite, Timestamp};

/// A recovery code that was given up by a write which did not present it.
#[derive(Debug, Clone)]
pub struct FormerCode {
    /// Its wrap and verifier.
    pub code: RecoveryWrite,
    /// From then on it is as if it were not there. `None` while the account is unproven or frozen: it is kept as long as
    /// that lasts.
    pub kept_until: Option<Timestamp>,
}

/// How a code stands to a key record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeStanding {
    /// It is in force, and decides.
    Decides,
    /// It is in force; the former one decides in its place.
    FormerDecides,
    /// It is the former one, which decides, and does nothing else.
    Former,
    /// It is neither.
    Wrong,
}

impl CodeStanding {
    /// Whether this code ends a dispute, deletes at once, and allows a new backup key.
    #[must_use]
    pub const fn decides(self) -> bool {
        matches!(self, Self::Decides | Self::Former)
    }
}

impl KeyRecord {
    /// The former code, while it is kept.
    #[must_use]
    pub fn former_code_at(&self, now: Timestamp) -> Option<&FormerCode> {
        let is_kept = |former: &&FormerCode| former.kept_until.is_none_or(|until| until > now);
        self.former_code.as_ref().filter(is_kept)
    }

    /// How the code stands whose `recAuth` has this SHA-256. Both codes are compared, whatever the first says.
    #[must_use]
    pub fn standing_of(&self, recovery_auth: &[u8; 32], now: Timestamp) -> CodeStanding {
        let former = self.former_code_at(now);
        let is_former = former.is_some_and(|former| former.code.verifier.ct_eq(recovery_auth).into());
        let is_in_force = bool::from(self.recovery_verifier.ct_eq(recovery_auth));
        match (is_in_force, is_former) {
            (true, true) => CodeStanding::Decides,
            (true, false) if former.is_none() => CodeStanding::Decides,
            (true, false) => CodeStanding::FormerDecides,
            (false, true) => CodeStanding::Former,
            (false, false) => CodeStanding::Wrong,
        }
    }

    /// The wrap that this code opens, if it may have it: the former one only while somebody must decide, so that a
    /// paper that was given up because it is lost opens nothing for who finds it. `beneath` is the state beneath a
    /// freeze.
    #[must_use]
    pub fn released_to(
        &self,
        recovery_auth: &[u8; 32],
        beneath: AccountState,
        now: Timestamp,
    ) -> Option<&Wrap> {
        match self.standing_of(recovery_auth, now) {
            CodeStanding::Decides | CodeStanding::FormerDecides => Some(&self.recovery),
            CodeStanding::Former if beneath == AccountState::Disputed => {
                self.former_code_at(now).map(|former| &former.code.wrap)
            }
            CodeStanding::Former | CodeStanding::Wrong => None,
        }
    }
}
