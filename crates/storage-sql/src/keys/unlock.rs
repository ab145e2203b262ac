//! The proof of its owner: what it ends, and what only the recovery code ends.

use keyhaven_protocol::persona::AccountState;
use keyhaven_storage::{Author, CodeStanding, Notice, Timestamp, UnlockBy, UnlockOutcome};
use sqlx::SqliteConnection;
use subtle::ConstantTimeEq as _;

use super::{find_signed_in, former_code, prove, proven, record};
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
    let in_dispute = found.beneath == AccountState::Disputed;
    let standing = match by {
        UnlockBy::UnlockProof(hash) => {
            if !bool::from(stored.unlock_verifier.ct_eq(&hash)) {
                return Ok(UnlockOutcome::WrongProof);
            }
            if account.state == AccountState::Disputed {
                return Ok(UnlockOutcome::NotAllowed(AccountState::Disputed));
            }
            None
        }
        UnlockBy::RecoveryAuth(hash) => match stored.standing_of(&hash, now) {
            CodeStanding::Wrong => return Ok(UnlockOutcome::WrongProof),
            CodeStanding::FormerDecides if in_dispute => return Ok(UnlockOutcome::FormerCodeDecides),
            CodeStanding::Former if !in_dispute => return Ok(UnlockOutcome::WrongProof),
            standing => Some(standing),
        },
    };
    if account.state == AccountState::Frozen {
        freeze::lift(connection, &account, found.beneath, now).await?;
        notices::queue(connection, &account, Notice::Lifted, now).await?;
    }
    match found.beneath {
        AccountState::Unproven => prove(connection, id, AccountState::Unproven, now).await?,
        AccountState::Disputed if standing.is_some() => {
            state::enter(connection, id, AccountState::Active, None).await?;
            state::calm(connection, id, now).await?;
            if let Some(former) = stored.former_code_at(now) {
                former_code::put_back(connection, id, stored.version.saturating_add(1), former).await?;
            }
            // Two people knew a proven password each; the code has said which of them is the owner.
            proven::forget(connection, id).await?;
            notices::queue(connection, &account, Notice::DisputeDecided, now).await?;
        }
        beneath => return Ok(UnlockOutcome::Unlocked(beneath)),
    }
    Ok(UnlockOutcome::Unlocked(AccountState::Active))
}
