//! Proofs that a signed-in client gives: its present password again, or the old one of a locked account.
//!
//! A failed proof is always `wrong_proof`, whatever is stored, and costs the same.

use keyhaven_protocol::error::ErrorCode;
use keyhaven_storage::{Account, Timestamp};

use super::{AttemptLimiter, Credentials, Password};
use crate::failure::ApiError;

impl Credentials {
    /// Checks the present password of an account.
    pub(crate) async fn prove_current(
        &self,
        account: &Account,
        password: Password,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        if self.cache.remembers(account, &password, now) {
            return Ok(());
        }
        self.prove(
            &self.passwords,
            account,
            Some(&account.credential.hash),
            password,
            now,
        )
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
        self.prove(&self.old_passwords, account, hash, password, now)
            .await
    }

    async fn prove(
        &self,
        limiter: &AttemptLimiter,
        account: &Account,
        hash: Option<&str>,
        password: Password,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        let attempt =
            limiter
                .begin(&[account.id.as_bytes()], now)
                .map_err(|limit| ApiError::RateLimited {
                    retry_after: limit.retry_after,
                })?;
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
