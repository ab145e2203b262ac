//! Who is owed an account without a session: whoever knows its last proven password, or its recovery code.
//!
//! Each is refused alike for an address without an account, for an account that keeps nothing of the kind, and for a
//! wrong secret; guesses are limited by address and network, known or not.

use keyhaven_protocol::{
    address::Address,
    base64url::B64,
    error::ErrorCode,
    persona::{AccountId, Wrap},
};
use keyhaven_storage::{Account, Author, KeyRecord, SignedInBy, Store, Timestamp};
use sha2::{Digest as _, Sha256};

use super::{Credentials, Crowd, Password, SignInError};
use crate::{extract::Network, failure::ApiError};

/// Keeps guesses at codes apart from guesses at passwords.
const CODE: &[u8] = b"recovery code";

/// Who reads what a secret is compared with: nobody is signed in. Without an account it is an author that is not there,
/// so that the store is asked as often.
fn reader(account: Option<&Account>) -> Author {
    account.map_or(
        Author {
            account: AccountId::from_bytes([0; 16]),
            credential_generation: 0,
            signed_in_by: SignedInBy::Password,
        },
        Author::by_password,
    )
}

impl Credentials {
    /// The account whose last proven password this is. Shares its limit with signing in, and costs one hash.
    pub(crate) async fn last_proven(
        &self,
        store: &dyn Store,
        address: &Address,
        password: Password,
        network: Network,
        now: Timestamp,
    ) -> Result<Account, SignInError> {
        let account = store.account_by_address(address, now).await?;
        let kept = store.proven_credential(reader(account.as_ref()), now).await?;
        let kept = kept.given().flatten();
        let subject = [address.normalised().as_bytes(), network.as_bytes()];
        let guess = self.begin_guess(&subject, network, now)?;
        let hash = kept.as_ref().map(|kept| kept.hash.as_str());
        guess.judge(self.hasher.verify(hash, password).await, account)
    }

    /// The account of this address, its key record, and the wrap of the code, if this is what a recovery code derives
    /// to that may have it. The caller pays the hash.
    pub(crate) async fn by_recovery_code(
        &self,
        store: &dyn Store,
        email: &str,
        recovery_auth: &B64<32>,
        network: Network,
        now: Timestamp,
    ) -> Result<(Account, KeyRecord, Wrap), ApiError> {
        let address = Address::parse(email).map_err(|_| ErrorCode::WrongProof)?;
        let subject = [CODE, address.normalised().as_bytes(), network.as_bytes()];
        let attempt = self
            .sign_ins
            .begin(&subject, Crowd::Of(network.wider()), now)
            .map_err(|limit| ApiError::RateLimited {
                retry_after: limit.retry_after,
            })?;
        let (attempt, account) = attempt.tried(store.account_by_address(&address, now).await)?;
        let record = store.key_record(reader(account.as_ref())).await;
        let (attempt, record) = attempt.tried(record)?;
        let verifier: [u8; 32] = Sha256::digest(recovery_auth.0).into();
        let (account, record) = account
            .zip(record.given().flatten())
            .ok_or(ErrorCode::WrongProof)?;
        let wrap = record
            .released_to(&verifier, account.beneath, now)
            .cloned()
            .ok_or(ErrorCode::WrongProof)?;
        attempt.give_back();
        Ok((account, record, wrap))
    }
}
