//! The proof of its owner: what it ends, and what only the recovery code ends.

use keyhaven_protocol::persona::AccountState;
use keyhaven_storage::{Author, Notice, Timestamp, UnlockBy, UnlockOutcome};
use sqlx::SqliteConnection;
use subtle::ConstantTimeEq as _;

use super::{find_signed_in, prove, proven, record};
use crate::{accounts::state, failure::Failure, mail::notices, states::freeze};

pub(super) async fn unlock(
    connection: &mut SqliteConnection,
    author: Author,
    by: UnlockBy,
    now: Timestamp,
) -> Result<UnlockOutcome, Failure> {
    let Some(found) = find_signed_in(connection, author, now).await? else {
        return Ok(UnlockOutcome::SignedOut);
    };
    let account = found.account;
    let id = account.id;
    let Some(stored) = record::read(connection, id).await? else {
        return Ok(UnlockOutcome::WrongProof);
    };
    let proven = match by {
        UnlockBy::UnlockProof(hash) => stored.unlock_verifier.ct_eq(&hash),
        UnlockBy::RecoveryAuth(hash) => stored.recovery_verifier.ct_eq(&hash),
    };
    if !bool::from(proven) {
        return Ok(UnlockOutcome::WrongProof);
    }
    let decides = matches!(by, UnlockBy::RecoveryAuth(_));
    if account.state == AccountState::Disputed && !decides {
        return Ok(UnlockOutcome::NotAllowed(AccountState::Disputed));
    }
    if account.state == AccountState::Frozen {
        freeze::lift(connection, &account).await?;
        notices::queue(connection, &account, Notice::Lifted, now).await?;
    }
    match found.beneath {
        AccountState::Unproven => prove(connection, id, AccountState::Unproven, now).await?,
        AccountState::Disputed if decides => {
            state::enter(connection, id, AccountState::Active, None).await?;
            // Two people knew a proven password each; the code has said which of them is the owner.
            proven::forget(connection, id).await?;
        }
        beneath => return Ok(UnlockOutcome::Unlocked(beneath)),
    }
    Ok(UnlockOutcome::Unlocked(AccountState::Active))
}
