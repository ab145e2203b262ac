//! What changes an account as a whole: its address, its end, and the ways out of its states.

use keyhaven_core::keys::{AuthKey, RecoveryAuth};
use keyhaven_protocol::{
    address::Address,
    base64url::B64,
    error::ErrorCode,
    kdf::Argon2Params,
    persona::{
        AccountResponse, ChangeAddressRequest, DeleteAccountRequest, DeleteAccountResponse, KeyRecordRequest,
        UnlockRequest, paths,
    },
};
use zeroize::Zeroize as _;

use super::{
    SignedIn,
    call::{Answer, CallError},
};
use crate::{
    host::{Host, UnixSeconds},
    persona::Account,
    problem::{InputFault, Problem},
    transport::Method,
};

/// A change of address that is asked for: everything that is derived from the password, for the new address.
#[derive(Debug)]
pub struct AddressChangeRequest<'secret> {
    /// Of the present password at the present address.
    pub current: &'secret AuthKey,
    /// Where to.
    pub new_address: &'secret Address,
    /// Of the password at the new address.
    pub new_auth_key: &'secret AuthKey,
    /// The parameters it was derived with.
    pub kdf: Argon2Params,
    /// The record with the wrap of the password at the new address.
    pub keys: KeyRecordRequest,
    /// The version of the record that it replaces.
    pub version: u64,
}

/// What became of a deleted account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// Nothing of it is left.
    Removed,
    /// It is removed then, and can be taken back until.
    RemovedAt(UnixSeconds),
}

impl<H: Host> SignedIn<'_, H> {
    /// Mails the confirmation of the sign-up again.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn resend_confirmation(&self) -> Result<(), Problem> {
        let call = self.call(Method::Post, paths::CONFIRMATION);
        call.send(self.host).await?;
        Ok(())
    }

    /// Proves the recovery code, which ends every state that a proof can end. `None` if it is not the account's.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn unlock_by_code(&self, auth: &RecoveryAuth) -> Result<Option<Account>, Problem> {
        // EXPOSE: made to be sent.
        let mut bytes = B64(*auth.expose_secret());
        let call = self
            .call(Method::Post, paths::UNLOCK)
            .json(&UnlockRequest::RecoveryAuth(bytes));
        bytes.0.zeroize();
        match call?.send(self.host).await {
            Ok(answer) => account_in(&answer).map(Some),
            Err(CallError::Refused(refusal)) if refusal.code() == ErrorCode::WrongProof => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Asks for a change of address. It waits until both addresses have confirmed it.
    ///
    /// # Errors
    /// [`InputFault::WrongPassword`] if `current` is not the present password's,
    /// [`crate::problem::ProblemKind::ReadAgain`] if the key record changed in between.
    pub async fn change_address(&self, change: AddressChangeRequest<'_>) -> Result<Account, Problem> {
        let mut body = ChangeAddressRequest {
            // EXPOSE: made to be sent in place of the password.
            current_auth_key: B64(*change.current.expose_secret()),
            new_email: change.new_address.as_typed().to_owned(),
            // EXPOSE: made to be sent in place of the password.
            new_auth_key: B64(*change.new_auth_key.expose_secret()),
            kdf: change.kdf,
            keys: change.keys,
        };
        let call = self
            .call(Method::Put, paths::ADDRESS)
            .header("if-match", format!("\"{}\"", change.version))
            .json(&body);
        body.current_auth_key.0.zeroize();
        body.new_auth_key.0.zeroize();
        body.keys.unlock_proof.0.zeroize();
        let answer = call?.send(self.host).await.map_err(wrong_password)?;
        account_in(&answer)
    }

    /// Takes a change of address back that waits; if none does, that is what was asked for.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn cancel_address_change(&self) -> Result<(), Problem> {
        self.call(Method::Delete, paths::ADDRESS).send(self.host).await?;
        Ok(())
    }

    /// Deletes the account: with the recovery code at once, else after 30 days.
    ///
    /// # Errors
    /// [`InputFault::WrongPassword`] if one of the two is not the right one.
    pub async fn delete_account(
        &self,
        current: &AuthKey,
        recovery_auth: Option<&RecoveryAuth>,
    ) -> Result<Deletion, Problem> {
        let mut body = DeleteAccountRequest {
            // EXPOSE: made to be sent in place of the password.
            current_auth_key: B64(*current.expose_secret()),
            // EXPOSE: made to be sent.
            recovery_auth: recovery_auth.map(|auth| B64(*auth.expose_secret())),
        };
        let call = self.call(Method::Post, paths::ACCOUNT_DELETE).json(&body);
        body.current_auth_key.0.zeroize();
        if let Some(auth) = &mut body.recovery_auth {
            auth.0.zeroize();
        }
        let answer = call?.send(self.host).await.map_err(wrong_password)?;
        Ok(match answer.json()? {
            DeleteAccountResponse::Removed => Deletion::Removed,
            DeleteAccountResponse::RemovedAt(seconds) => Deletion::RemovedAt(UnixSeconds(seconds)),
        })
    }

    /// Takes the deletion back.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn undelete_account(&self) -> Result<(), Problem> {
        let call = self.call(Method::Post, paths::ACCOUNT_UNDELETE);
        call.send(self.host).await?;
        Ok(())
    }
}

fn account_in(answer: &Answer) -> Result<Account, Problem> {
    let body = answer.json::<AccountResponse>()?;
    Account::read(body).map_err(|fault| answer.fault(fault))
}

fn wrong_password(error: CallError) -> Problem {
    match error {
        CallError::Refused(refusal) if refusal.code() == ErrorCode::WrongProof => {
            InputFault::WrongPassword.into()
        }
        other => Problem::from(other),
    }
}
