//! From a password to the keys of one address at one server.

use keyhaven_core::{
    keys::{ApiOrigin, AuthKey, DeriveRootError, Salt, WrapKey, derive_root, derive_salt},
    password::Password,
};
use keyhaven_protocol::{address::Address, kdf::Argon2Params, persona::KdfResponse};

use crate::{
    engine,
    host::Host,
    problem::{Problem, ServerFault},
    progress::{Doing, Progress, Report},
};

/// Most sets of parameters that a server may ask to try: each costs about a second.
pub const DERIVATIONS_MAX: usize = 4;

/// How one address derives its keys. Every set of parameters lies between floor and ceiling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    salt: Salt,
    newest: Argon2Params,
    older: Vec<Argon2Params>,
}

/// What a password gives under one set of parameters.
#[derive(Debug)]
pub struct DerivedKeys {
    /// Sent in place of the password.
    pub auth_key: AuthKey,
    /// Opens the password's wrap, and is never sent.
    pub wrap_key: WrapKey,
    /// The parameters, which the wrap is bound to.
    pub params: Argon2Params,
}

impl Derivation {
    /// Checks what a server answered. Nothing is derived under parameters that are out of bounds, not even once.
    pub(super) fn check(
        origin: &ApiOrigin,
        address: &Address,
        answer: KdfResponse,
    ) -> Result<Self, ServerFault> {
        if answer.kdf.len() > DERIVATIONS_MAX {
            return Err(ServerFault::TooLong);
        }
        for params in &answer.kdf {
            params.check().map_err(ServerFault::Kdf)?;
        }
        let mut older = answer.kdf;
        if older.is_empty() {
            return Err(ServerFault::Unreadable);
        }
        let newest = older.remove(0);
        Ok(Self {
            salt: derive_salt(origin, address, &answer.server_salt.0),
            newest,
            older,
        })
    }

    /// The parameters for a new password.
    #[must_use]
    pub const fn newest(&self) -> Argon2Params {
        self.newest
    }

    /// The parameters to try with a password that is there, newest first.
    pub fn each(&self) -> impl Iterator<Item = Argon2Params> {
        core::iter::once(self.newest).chain(self.older.iter().copied())
    }

    /// The slow derivation: about a second, on the host's engine.
    ///
    /// # Errors
    /// [`crate::problem::ProblemKind::Device`] if the device cannot do it.
    pub async fn derive(
        &self,
        password: &Password,
        params: Argon2Params,
        host: &impl Host,
        report: Report<'_>,
    ) -> Result<DerivedKeys, Problem> {
        report(Progress::of(Doing::DerivingKey));
        let root = engine::run(derive_root(password, &self.salt, params), host.engine(), &|_| {})
            .await
            .map_err(|error| match error {
                DeriveRootError::Params(error) => ServerFault::Kdf(error).into(),
                DeriveRootError::Job(error) => Problem::from(error),
                _ => ServerFault::Unreadable.into(),
            })?;
        Ok(DerivedKeys {
            auth_key: root.derive_auth_key(),
            wrap_key: root.derive_wrap_key(),
            params,
        })
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::base64url::B64;

    use super::*;

    fn check(kdf: Vec<Argon2Params>) -> Result<Derivation, ServerFault> {
        let origin = ApiOrigin::parse("https://keys.example").unwrap();
        let address = Address::parse("ada@example.org").unwrap();
        Derivation::check(
            &origin,
            &address,
            KdfResponse {
                server_salt: B64([1; 32]),
                kdf,
            },
        )
    }

    #[test]
    fn parameters_are_tried_newest_first() {
        let found = check(vec![Argon2Params::DEFAULT, Argon2Params::FLOOR]).unwrap();
        assert_eq!(found.newest(), Argon2Params::DEFAULT);
        assert_eq!(
            found.each().collect::<Vec<_>>(),
            [Argon2Params::DEFAULT, Argon2Params::FLOOR]
        );
    }

    #[test]
    fn one_weak_set_among_good_ones_is_refused() {
        let weak = Argon2Params {
            memory_kib: 8,
            ..Argon2Params::FLOOR
        };
        assert!(matches!(
            check(vec![Argon2Params::DEFAULT, weak]),
            Err(ServerFault::Kdf(_))
        ));
    }

    #[test]
    fn a_server_that_asks_for_a_hundred_derivations_is_refused() {
        assert_eq!(
            check(vec![Argon2Params::FLOOR; DERIVATIONS_MAX + 1]),
            Err(ServerFault::TooLong)
        );
        assert_eq!(check(Vec::new()), Err(ServerFault::Unreadable));
    }
}
