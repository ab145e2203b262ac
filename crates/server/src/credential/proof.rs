//! Proofs that a signed-in client gives: its present password again, or the old one of a locked account.
//!
//! A failed proof is always `wrong_proof`, whatever is stored, and costs the same.

use keyhaven_protocol::error::ErrorCode;
use keyhaven_storage::{Account, Timestamp};

use super::{Attempt, AttemptLimiter, Credentials, Crowd, Password};
use crate::failure::ApiError;

impl Credentials {
    /// Checks the present password of an account.
    pub(crate) async fn prove_current(
        &self,
        account: &Account,
        password: Password,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        // Before the cache is asked, as at sign-in.
        let attempt = begin(&self.passwords, account, now)?;
        if self.cache.remembers(account, &password, now) {
            attempt.give_back();
            return Ok(());
        }
        self.verify(attempt, Some(&account.credential.hash), password)
            .await
    }

    /// Checks the last proven password of a locked account, if one is kept.
    pub(crate) async fn prove_old(
        &self,
        account: &Account,
        hash: Option<&str>,
        password: Password,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        let attempt = begin(&self.old_passwords, account, now)?;
        self.verify(attempt, hash, password).await
    }

    async fn verify(
        &self,
        attempt: Attempt<'_>,
        hash: Option<&str>,
        password: Password,
    ) -> Result<(), ApiError> {
        match self.hasher.verify(hash, password).await {
            Ok(true) => {
                attempt.give_back();
                Ok(())
            }
            Ok(false) => Err(ErrorCode::WrongProof.into()),
            Err(error) => {
                attempt.give_back();
                Err(error.into())
            }
        }
    }
}

fn begin<'a>(
    limiter: &'a AttemptLimiter,
    account: &Account,
    now: Timestamp,
) -> Result<Attempt<'a>, ApiError> {
    limiter
        .begin(&[account.id.as_bytes()], Crowd::Everybody, now)
        .map_err(|limit| ApiError::RateLimited {
            retry_after: limit.retry_after,
        })
}
