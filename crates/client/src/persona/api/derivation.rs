//! From a password to the keys of one address at one server.

use keyhaven_core::{
    keys::{ApiOrigin, AuthKey, DeriveRootError, Salt, WrapKey, derive_root, derive_salt},
    password::Password,
};
use keyhaven_protocol::{
    address::Address,
    kdf::Argon2Params,
    persona::{KdfResponse, OfferedDerivation, limits::DERIVATIONS_MAX},
};

use crate::{
    engine,
    host::Host,
    problem::{Problem, ServerFault},
    progress::{Doing, Progress, Report},
};

/// One way in which an address derives its keys. The parameters lie between floor and ceiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Derivation {
    salt: Salt,
    params: Argon2Params,
}

/// The ways in which the keys of an address may be derived, of which the server offers several while it raises its
/// parameters or replaces its salt key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivations {
    newest: Derivation,
    older: Vec<Derivation>,
}

/// What a password gives under one derivation.
#[derive(Debug)]
pub struct DerivedKeys {
    /// Sent in place of the password.
    pub auth_key: AuthKey,
    /// Opens the password's wrap, and is never sent.
    pub wrap_key: WrapKey,
    /// How they were derived.
    pub derivation: Derivation,
}

impl Derivations {
    /// Checks what a server answered. Nothing is derived under parameters that are out of bounds, not even once.
    pub(super) fn check(
        origin: &ApiOrigin,
        address: &Address,
        answer: &KdfResponse,
    ) -> Result<Self, ServerFault> {
        if answer.derivations.len() > DERIVATIONS_MAX {
            return Err(ServerFault::TooLong);
        }
        let check = |offered: &OfferedDerivation| {
            offered.kdf.check().map_err(ServerFault::Kdf)?;
            Ok(Derivation {
                salt: derive_salt(origin, address, &offered.server_salt.0),
                params: offered.kdf,
            })
        };
        let mut each = answer.derivations.iter().map(check);
        let newest = each.next().ok_or(ServerFault::Unreadable)??;
        Ok(Self {
            newest,
            older: each.collect::<Result<_, ServerFault>>()?,
        })
    }

    /// The derivation of a new password.
    #[must_use]
    pub const fn newest(&self) -> Derivation {
        self.newest
    }

    /// The derivations to try with a password that is there, newest first.
    pub fn each(&self) -> impl Iterator<Item = Derivation> {
        core::iter::once(self.newest).chain(self.older.iter().copied())
    }
}

impl Derivation {
    /// The slow derivation: about a second, on the host's engine.
    ///
    /// # Errors
    /// [`crate::problem::ProblemKind::Device`] if the device cannot do it.
    pub async fn derive(
        &self,
        password: &Password,
        host: &impl Host,
        report: Report<'_>,
    ) -> Result<DerivedKeys, Problem> {
        report(Progress::of(Doing::DerivingKey));
        let root = derive_root(password, &self.salt, self.params);
        let root = engine::run(root, host.engine(), &|_| {})
            .await
            .map_err(|error| match error {
                DeriveRootError::Job(error) => Problem::from(error),
                // The parameters were checked when they came.
                _ => ServerFault::Unreadable.into(),
            })?;
        Ok(DerivedKeys {
            auth_key: root.derive_auth_key(),
            wrap_key: root.derive_wrap_key(),
            derivation: *self,
        })
    }
}

impl DerivedKeys {
    /// The parameters, which the wrap is bound to.
    #[must_use]
    pub const fn params(&self) -> Argon2Params {
        self.derivation.params
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::base64url::B64;

    use super::*;

    fn offer(kdf: Argon2Params, salt: u8) -> OfferedDerivation {
        OfferedDerivation {
            kdf,
            server_salt: B64([salt; 32]),
        }
    }

    fn check(derivations: Vec<OfferedDerivation>) -> Result<Derivations, ServerFault> {
        let origin = ApiOrigin::parse("https://keys.example").unwrap();
        let address = Address::parse("ada@example.org").unwrap();
        Derivations::check(&origin, &address, &KdfResponse { derivations })
    }

    #[test]
    fn derivations_are_tried_newest_first_each_with_its_own_salt() {
        let (newest, older) = (offer(Argon2Params::DEFAULT, 1), offer(Argon2Params::FLOOR, 2));
        let found = check(vec![newest, older]).unwrap();
        let [newest, older] = [newest, older].map(|offer| check(vec![offer]).unwrap().newest());
        assert_eq!(found.newest(), newest);
        assert_eq!(found.each().collect::<Vec<_>>(), [newest, older]);
        assert_ne!(newest.salt, older.salt);
        assert_eq!(newest.params, Argon2Params::DEFAULT);
        assert_eq!(older.params, Argon2Params::FLOOR);
    }

    #[test]
    fn one_weak_set_among_good_ones_is_refused() {
        let weak = Argon2Params {
            memory_kib: 8,
            ..Argon2Params::FLOOR
        };
        let good = offer(Argon2Params::DEFAULT, 1);
        for derivations in [vec![good, offer(weak, 1)], vec![offer(weak, 1), good]] {
            assert!(matches!(check(derivations), Err(ServerFault::Kdf(_))));
        }
    }

    #[test]
    fn a_server_that_asks_for_a_hundred_derivations_is_refused() {
        let most = vec![offer(Argon2Params::FLOOR, 1); DERIVATIONS_MAX];
        assert!(check(most.clone()).is_ok());
        let more = [most, vec![offer(Argon2Params::FLOOR, 1)]].concat();
        assert_eq!(check(more), Err(ServerFault::TooLong));
        assert_eq!(check(Vec::new()), Err(ServerFault::Unreadable));
    }
}
